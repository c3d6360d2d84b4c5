import { requireDocument } from '../body/read-document.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { requireVersion } from '../find-version.ts';
import { updateVersion, type StoredVersion } from '../object.ts';
import { readObjectTagging, writeTagging } from '../tags.ts';
import { versionHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(call: S3Call): S3Answer {
  const { bucket, version } = requireVersion(call, 's3:GetObjectTagging');
  return { headers: versionHeaders(bucket, version), xml: writeTagging(version.tags) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html: the tags are replaced as a whole. */
export async function putObjectTagging(call: S3Call): Promise<S3Answer> {
  requireVersion(call, 's3:PutObjectTagging');
  const tags = readObjectTagging(await requireDocument(call, 'Tagging'));
  return { headers: save(call, requireVersion(call, 's3:PutObjectTagging'), tags) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export function deleteObjectTagging(call: S3Call): S3Answer {
  return { status: 204, headers: save(call, requireVersion(call, 's3:DeleteObjectTagging'), {}) };
}

function save({ emulator, key }: S3Call, { bucket, version }: { bucket: Bucket; version: StoredVersion }, tags: Record<string, string>) {
  updateVersion(emulator.store, bucket, key, { ...version, tags });
  return versionHeaders(bucket, version);
}
