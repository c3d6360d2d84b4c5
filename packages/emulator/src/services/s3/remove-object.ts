import type { EmulatorServices } from '../../emulator-services.ts';
import type { Bucket } from './bucket.ts';
import { addVersion, collect, findObject, newVersionId, removeVersion, type DeleteMarker } from './object.ts';

/**
 * Deletes an object: with versioning a marker is put in front of its versions; a version that is named is gone for good. What is not there is as
 * good as deleted. Answers which version was removed, or made as a marker.
 */
export function removeObject(
  { store, objects, now }: Pick<EmulatorServices, 'store' | 'objects' | 'now'>,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): { versionId?: string; isMarker: boolean } {
  if (versionId !== undefined) {
    const version = findObject(store, bucket, key)?.versions.find((other) => other.versionId === versionId);
    collect({ store, objects }, removeVersion(store, bucket, key, versionId));
    return { versionId, isMarker: version?.deleteMarker === true };
  }
  if (bucket.item.versioning === undefined) {
    collect({ store, objects }, removeVersion(store, bucket, key, 'null'));
    return { isMarker: false };
  }
  const marker: DeleteMarker = { versionId: newVersionId(bucket), lastModified: now().toISOString(), deleteMarker: true };
  collect({ store, objects }, addVersion(store, bucket, key, marker));
  return { versionId: marker.versionId, isMarker: true };
}
