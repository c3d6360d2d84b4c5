import type { S3Answer, S3Call } from '../call.ts';
import { checkDeletePreconditions } from '../conditions.ts';
import { invalidArgument, invalidVersion } from '../errors.ts';
import { isVersionOf, wantedVersion } from '../find-version.ts';
import { removeObject } from '../remove-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject(call: S3Call): S3Answer {
  const { headers, key } = call;
  const versionId = wantedVersion(call);
  const bucket = call.require(versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', { onKey: key });
  refuseBypass(call);
  if (versionId !== undefined && !isVersionOf(bucket, versionId)) throw invalidVersion(versionId);
  checkDeletePreconditions(call, bucket, key, headers['if-match']);
  const removed = removeObject(call.emulator, bucket, key, versionId);
  return {
    status: 204,
    headers: { 'x-amz-version-id': removed.versionId, 'x-amz-delete-marker': removed.isMarker ? 'true' : undefined },
  };
}

/** No bucket here has Object Lock, whose retention this header lifts. */
export function refuseBypass({ headers }: S3Call): void {
  const name = 'x-amz-bypass-governance-retention';
  if (headers[name]?.toLowerCase() === 'true')
    throw invalidArgument(`${name} is only applicable to Object Lock enabled buckets.`, name, headers[name]);
}
