import type { S3Answer, S3Call } from '../call.ts';
import { removeObject } from '../remove-object.ts';
import { wantedVersion } from '../find-version.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject(call: S3Call): S3Answer {
  const versionId = wantedVersion(call);
  const bucket = call.require(versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', { onKey: call.key });
  const removed = removeObject(call.emulator, bucket, call.key, versionId);
  return {
    status: 204,
    headers: { 'x-amz-version-id': removed.versionId, 'x-amz-delete-marker': removed.isMarker ? 'true' : undefined },
  };
}
