import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { imageNotFound, type ImageId } from './errors.ts';
import { idIn, kindOf } from './names.ts';

/** An image (or an index of images) as it is stored. Its manifest is an item of its own: lists need not read it. */
export interface ImageItem {
  digest: string;
  mediaType: string;
  /** Bytes of the manifest. */
  manifestSize: number;
  /** Bytes of all that it refers to; of an index, those of its largest image. */
  size: number;
  pushedAt: string;
  lastPulledAt?: string;
  tags: string[];
  /** Digests of its configuration and layers. */
  blobs: string[];
  /** Digests of the images in an index. */
  images: string[];
  artifactMediaType?: string;
  artifactType?: string;
  subject?: string;
  annotations?: Record<string, string>;
}

export function findImage(store: Store, scope: Scope, name: string, { imageDigest, imageTag }: ImageId): ImageItem | undefined {
  const { items } = store;
  const tagged = imageTag === undefined ? undefined : items.get<string>(kindOf('tag', scope), scope, idIn(name, imageTag));
  if (imageTag !== undefined && tagged === undefined) return undefined;
  // With both, they must mean the same image.
  if (tagged !== undefined && imageDigest !== undefined && tagged !== imageDigest) return undefined;
  const digest = imageDigest ?? tagged;
  return digest === undefined ? undefined : items.get<ImageItem>(kindOf('image', scope), scope, idIn(name, digest));
}

export function requireImage(store: Store, scope: Scope, name: string, id: ImageId): ImageItem {
  const image = findImage(store, scope, name, id);
  if (!image) throw imageNotFound(scope, name, id);
  return image;
}

export function saveImage(store: Store, scope: Scope, name: string, image: ImageItem): void {
  store.items.put(kindOf('image', scope), scope, idIn(name, image.digest), image);
}

/** The manifest, byte for byte as it was pushed. */
export function readManifest(store: Store, scope: Scope, name: string, digest: string): string {
  const text = store.items.get<string>(kindOf('manifest', scope), scope, idIn(name, digest));
  if (text === undefined) throw imageNotFound(scope, name, { imageDigest: digest });
  return text;
}

const CHUNK = 200;

/** The images of a repository in the order of their digests, from `from` (included) on, read as they are asked for. */
export function* imagesOf(store: Store, scope: Scope, name: string, from?: string): Generator<ImageItem> {
  const first = from === undefined ? undefined : findImage(store, scope, name, { imageDigest: from });
  if (first) yield first;
  let after = from === undefined ? '' : idIn(name, from);
  for (;;) {
    const chunk = store.items.list<ImageItem>(kindOf('image', scope), scope, { prefix: idIn(name, ''), after, limit: CHUNK });
    for (const { value } of chunk) yield value;
    if (chunk.length < CHUNK) return;
    after = chunk.at(-1)!.id;
  }
}

/** Notes that an image was pulled, at most once a day, as ECR does. */
export function recordPull(store: Store, scope: Scope, name: string, image: ImageItem, now: Date): void {
  const last = image.lastPulledAt === undefined ? 0 : Date.parse(image.lastPulledAt);
  if (now.getTime() - last >= 24 * 60 * 60 * 1000) saveImage(store, scope, name, { ...image, lastPulledAt: now.toISOString() });
}
