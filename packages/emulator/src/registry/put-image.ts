import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { invalidParameter, layersNotFound, referencedImagesNotFound, tagImmutable } from './errors.ts';
import { findImage, saveImage, type ImageItem } from './image.ts';
import { findLayer } from './layer.ts';
import { MAX_MANIFEST_BYTES, parseManifest, type ParsedManifest } from './manifest.ts';
import { idIn, isTag, kindOf, type RegistryServices } from './names.ts';
import { requireRepository, type RepositoryItem } from './repository.ts';

export interface NewImage {
  manifest: string;
  mediaType?: string | undefined;
  tag?: string | undefined;
  /** The digest that the manifest must have. */
  digest?: string | undefined;
}

/**
 * Stores a manifest, and the tag that names it. All that it refers to must be in the repository already.
 * `created` is false when the repository had exactly this, under this tag.
 */
export function putImage(
  { store, now }: RegistryServices,
  scope: Scope,
  name: string,
  { manifest, mediaType, tag, digest }: NewImage,
): { image: ImageItem; created: boolean } {
  const bytes = Buffer.from(manifest);
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw invalidParameter('imageManifest', `must have length less than or equal to ${MAX_MANIFEST_BYTES}`);
  if (tag !== undefined && !isTag(tag))
    throw invalidParameter('imageTag', "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'");
  const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== undefined && digest !== actual) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      400,
      `The image digest '${digest.slice(0, 100)}' does not match the digest of the manifest, '${actual}'`,
    );
  }
  return store.transaction(() => {
    const repository = requireRepository(store, scope, name);
    const parsed = parseManifest(manifest, mediaType);
    const known = findImage(store, scope, name, { imageDigest: actual });
    if (known && (tag === undefined || known.tags.includes(tag))) return { image: known, created: false };
    if (tag !== undefined && isImmutable(repository, tag) && findImage(store, scope, name, { imageTag: tag }))
      throw tagImmutable(name, tag);

    const image =
      known ?? describe(store, scope, name, parsed, { digest: actual, manifestSize: bytes.length, pushedAt: now().toISOString() });
    const tagged = tag === undefined ? image : { ...image, tags: [...image.tags, tag].sort() };
    if (tag !== undefined) moveTag(store, scope, name, tag, actual);
    store.items.put(kindOf('manifest', scope), scope, idIn(name, actual), manifest);
    saveImage(store, scope, name, tagged);
    return { image: tagged, created: true };
  });
}

function describe(
  store: Store,
  scope: Scope,
  name: string,
  parsed: ParsedManifest,
  fields: Pick<ImageItem, 'digest' | 'manifestSize' | 'pushedAt'>,
): ImageItem {
  const { config, layers, manifests, subject } = parsed;
  // Layers with URLs are held elsewhere, by licence: nobody pushes them.
  const blobs = [...(config ? [config] : []), ...layers.filter(({ urls }) => !urls?.length)];
  const missing = blobs.filter(({ digest }) => !findLayer(store, scope, name, digest));
  if (missing.length > 0) throw layersNotFound(scope, name, [...new Set(missing.map(({ digest }) => digest))].slice(0, 100));
  const wrong = blobs.find(({ digest, size }) => findLayer(store, scope, name, digest)!.size !== size);
  if (wrong) throw invalidParameter('imageManifest', `Invalid JSON image manifest: the size of ${wrong.digest} is not ${wrong.size} bytes`);
  const images = manifests.map(({ digest }) => findImage(store, scope, name, { imageDigest: digest }));
  const absent = manifests.filter((_, index) => !images[index]).map(({ digest }) => digest);
  if (absent.length > 0) throw referencedImagesNotFound(scope, name, absent.slice(0, 100));

  return {
    ...fields,
    mediaType: parsed.mediaType,
    size: config ? blobs.reduce((sum, { size }) => sum + size, 0) : Math.max(0, ...images.map((image) => image!.size)),
    tags: [],
    blobs: [...new Set(blobs.map(({ digest }) => digest))],
    images: manifests.map(({ digest }) => digest),
    ...(config ? { artifactMediaType: config.mediaType } : {}),
    ...(parsed.artifactType ? { artifactType: parsed.artifactType } : {}),
    ...(subject ? { subject: subject.digest } : {}),
    ...(parsed.annotations ? { annotations: parsed.annotations } : {}),
  };
}

function moveTag(store: Store, scope: Scope, name: string, tag: string, digest: string): void {
  const before = findImage(store, scope, name, { imageTag: tag });
  if (before) saveImage(store, scope, name, { ...before, tags: before.tags.filter((other) => other !== tag) });
  store.items.put(kindOf('tag', scope), scope, idIn(name, tag), digest);
}

/** Whether a tag, once set, stays: by the repository's setting and the filters that are excepted from it. */
export function isImmutable({ imageTagMutability, exclusionFilters = [] }: RepositoryItem, tag: string): boolean {
  const excepted = exclusionFilters.some((filter) => matches(filter, tag));
  return imageTagMutability.startsWith('IMMUTABLE') ? !excepted : imageTagMutability === 'MUTABLE_WITH_EXCLUSION' && excepted;
}

function matches(filter: string, tag: string): boolean {
  const parts = filter.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}
