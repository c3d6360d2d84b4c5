import { AwsError } from '../../gateway/aws-error.ts';
import { bucketArn, type Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { ObjectFileDamaged } from './body/read-object.ts';
import { invalidArgument, invalidVersion, noSuchKey, noSuchVersion, s3Error } from './errors.ts';
import { findObject, isVersionId, type ObjectVersion, type StoredVersion } from './object.ts';

/** The version id that a request names. */
export function wantedVersion({ query }: Pick<S3Call, 'query'>): string | undefined {
  const versionId = query.get('versionId');
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  return versionId ?? undefined;
}

/**
 * The newest version of an object, or the one that is named. `action` is checked, with `Version` behind its name where one is.
 *
 * @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker, AccessDenied
 */
export function requireVersion(call: S3Call, action: string): { bucket: Bucket; version: StoredVersion } {
  const { key, emulator } = call;
  const versionId = wantedVersion(call);
  const bucket = call.require(versionId === undefined ? action : actionOnVersion(action), { onKey: key });
  const versions = findObject(emulator.store, bucket, key)?.versions ?? [];
  const version = versionId === undefined ? versions[0] : versions.find((other) => other.versionId === versionId);
  if (!version) {
    // Who may not list must not learn what is there.
    if (!call.allows(bucket, 's3:ListBucket')) throw denied(call, bucket);
    if (versionId === undefined) throw noSuchKey(key);
    throw isVersionOf(bucket, versionId) ? noSuchVersion(key, versionId) : invalidVersion(versionId);
  }
  if (version.deleteMarker) throw isMarker(call, version, versionId !== undefined || action.endsWith('Tagging'));
  return { bucket, version };
}

/**
 * Runs `work` on the version that `find` finds, and again where its bytes went with it meanwhile, as it was replaced or deleted: then `find` finds
 * the next one, or says that there is none.
 */
export async function whileThere<T>(
  find: () => ReturnType<typeof requireVersion>,
  work: (found: ReturnType<typeof requireVersion>) => Promise<T>,
): Promise<T> {
  for (;;) {
    const found = find();
    try {
      return await work(found);
    } catch (error) {
      if (!(error instanceof ObjectFileDamaged) || find().version.digest === found.version.digest) throw error;
    }
  }
}

/** Whether a version of the bucket can have the id: only a bucket with versioning makes any but `null`. */
export function isVersionOf({ item }: Bucket, versionId: string): boolean {
  return versionId === 'null' || (item.versioning !== undefined && isVersionId(versionId));
}

/** s3:GetObject -> s3:GetObjectVersion, s3:GetObjectTagging -> s3:GetObjectVersionTagging */
export function actionOnVersion(action: string): string {
  return action.replace(/(Object)(?!Version)/, '$1Version');
}

/** A delete marker has neither bytes nor tags: to who names it, or asks for its tags, that is another mistake than a key that is missing. */
function isMarker({ key, request }: S3Call, { versionId, lastModified }: ObjectVersion, isMeant: boolean): AwsError {
  const error = isMeant
    ? s3Error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
        Method: request.method ?? 'GET',
        ResourceType: 'DeleteMarker',
      })
    : noSuchKey(key);
  Object.assign(error.headers, {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': versionId,
    ...(isMeant ? { allow: 'DELETE', 'last-modified': new Date(lastModified).toUTCString() } : {}),
  });
  return error;
}

function denied({ principal }: S3Call, bucket: Bucket): AwsError {
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${principal.arn} is not authorized to perform: s3:ListBucket on resource: "${bucketArn(bucket)}" because no identity-based policy allows the s3:ListBucket action`,
  );
}
