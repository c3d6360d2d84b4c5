import type { Bucket } from './bucket.ts';
import type { ObjectVersion, StoredVersion } from './object.ts';

/** A bucket that never had versioning says nothing of versions. */
export function versionHeaders({ item }: Bucket, { versionId, deleteMarker }: ObjectVersion): Record<string, string> {
  return {
    ...(item.versioning === undefined ? {} : { 'x-amz-version-id': versionId }),
    ...(deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
  };
}

/** The elements of an answer's document that say the checksum of an object. */
export function checksumElements({ checksum }: Pick<StoredVersion, 'checksum'>): Record<string, string> {
  return checksum ? { [`Checksum${checksum.algorithm.toUpperCase()}`]: checksum.value, ChecksumType: checksum.type } : {};
}

/** Of a part: the type is that of the whole object, which is not there yet. */
export function partChecksumElements(part: Pick<StoredVersion, 'checksum'>): Record<string, string> {
  const { ChecksumType: _, ...elements } = checksumElements(part);
  return elements;
}

export function checksumHeaders({ checksum }: Pick<StoredVersion, 'checksum'>): Record<string, string> {
  return checksum ? { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type } : {};
}

/** Of a part: the type is that of the whole object, which is not there yet. */
export function partChecksumHeaders(part: Pick<StoredVersion, 'checksum'>): Record<string, string> {
  const { 'x-amz-checksum-type': _, ...headers } = checksumHeaders(part);
  return headers;
}
