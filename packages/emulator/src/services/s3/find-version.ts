import { AwsError } from '../../gateway/aws-error.ts';
import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { invalidArgument, noSuchKey, noSuchVersion, s3Error } from './errors.ts';
import { findObject, type ObjectVersion, type StoredVersion } from './object.ts';

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
    throw bucket.item.versioning === undefined
      ? invalidArgument('Invalid version id specified', 'versionId', versionId)
      : noSuchVersion(key, versionId);
  }
  if (version.deleteMarker) throw isMarker(key, version, versionId !== undefined);
  return { bucket, version };
}

/** s3:GetObject -> s3:GetObjectVersion, s3:GetObjectTagging -> s3:GetObjectVersionTagging */
export function actionOnVersion(action: string): string {
  return action.replace(/(Object)(?!Version)/, '$1Version');
}

function isMarker(key: string, { versionId, lastModified }: ObjectVersion, isNamed: boolean): AwsError {
  const error = isNamed ? s3Error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.') : noSuchKey(key);
  Object.assign(error.headers, {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': versionId,
    ...(isNamed ? { allow: 'DELETE', 'last-modified': new Date(lastModified).toUTCString() } : {}),
  });
  return error;
}

function denied({ principal }: S3Call, bucket: Bucket): AwsError {
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${principal.arn} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${bucket.name}" because no identity-based policy allows the s3:ListBucket action`,
  );
}
