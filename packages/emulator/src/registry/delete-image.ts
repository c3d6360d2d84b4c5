import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import type { ImageId } from './errors.ts';
import { findImage, imagesOf, saveImage, type ImageItem } from './image.ts';
import { idIn, isDigest, kindOf } from './names.ts';

export type DeletedImage = { deleted: ImageIdentifier[] } | { failure: ImageFailure };

/**
 * Deletes one image: by its digest with all its tags, by a tag only that tag, and the image too when it was the last.
 * Its layers stay in the repository until that is deleted.
 */
export function deleteImage(store: Store, scope: Scope, name: string, { imageDigest, imageTag }: ImageId): DeletedImage {
  const fail = (failureCode: NonNullable<ImageFailure['failureCode']>, failureReason: string) => ({
    failure: { imageId: { imageDigest, imageTag }, failureCode, failureReason },
  });
  if (imageDigest === undefined && imageTag === undefined)
    return fail('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return fail('InvalidImageDigest', "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
  }
  return store.transaction(() => {
    const image = findImage(store, scope, name, imageTag === undefined ? { imageDigest } : { imageTag });
    if (!image) return fail('ImageNotFound', 'Requested image not found');
    if (imageDigest !== undefined && image.digest !== imageDigest)
      return fail('ImageTagDoesNotMatchDigest', 'Requested tag does not match the digest');
    const removed = imageTag === undefined ? image.tags : [imageTag];
    const kept = image.tags.filter((tag) => !removed.includes(tag));
    if (kept.length === 0) {
      const holder = indexOf(store, scope, name, image);
      // An untagged image that an index needs stays; without its last tag it does so too.
      if (holder && imageTag === undefined)
        return fail('ImageReferencedByManifestList', `Requested image referenced by manifest list: [${holder.digest}]`);
      if (holder) saveImage(store, scope, name, { ...image, tags: kept });
      else remove(store, scope, name, image);
    } else {
      saveImage(store, scope, name, { ...image, tags: kept });
    }
    for (const tag of removed) store.items.delete(kindOf('tag', scope), scope, idIn(name, tag));
    const { digest } = image;
    return { deleted: removed.length === 0 ? [{ imageDigest: digest }] : removed.map((tag) => ({ imageDigest: digest, imageTag: tag })) };
  });
}

function remove(store: Store, scope: Scope, name: string, { digest }: ImageItem): void {
  store.items.delete(kindOf('image', scope), scope, idIn(name, digest));
  store.items.delete(kindOf('manifest', scope), scope, idIn(name, digest));
}

function indexOf(store: Store, scope: Scope, name: string, { digest }: ImageItem): ImageItem | undefined {
  for (const image of imagesOf(store, scope, name)) if (image.images.includes(digest)) return image;
  return undefined;
}
