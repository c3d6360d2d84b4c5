import { readFile } from 'node:fs/promises';
import { SessionError } from '../sessions/session-error.ts';
import type { AgentImage, OciImageConfig } from '../sessions/types.ts';
import type { Scope } from '../store/items.ts';
import { findImage, readManifest, type ImageItem } from './image.ts';
import { findLayer } from './layer.ts';
import { parseManifest, type Descriptor } from './manifest.ts';
import { PUBLIC, repositoryArn, type RegistryServices } from './names.ts';
import { ensurePublicImages } from './public-images.ts';
import { findRepository } from './repository.ts';

/** Why an image cannot be used. */
export type ImageFailureReason = 'uri-invalid' | 'repository-missing' | 'image-missing' | 'platform-unsupported' | 'config-unreadable';

export interface ResolvedImage extends AgentImage {
  repositoryArn: string;
  /** The digest that the URI named, or that its tag had: of the index, where it is one. `digest` is that of the image in it. */
  namedDigest: string;
  isPublic: boolean;
}

export type LocatedImage = { ok: true; image: ResolvedImage } | { ok: false; reason: ImageFailureReason; message: string };

/** AgentCore's pattern for `containerUri`. */
const URI =
  /^(?:([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|public\.ecr\.aws)\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::([^:@]{1,300}))?(?:@(.+))?$/;

export interface ParsedImageUri {
  registry: Scope;
  name: string;
  tag?: string;
  digest?: string;
}

/** Reads a `containerUri`. `undefined` for what is none. Without tag and digest it means `latest`. */
export function parseImageUri(containerUri: string): ParsedImageUri | undefined {
  const match = containerUri.length <= 1024 ? URI.exec(containerUri) : null;
  if (!match) return undefined;
  const [, accountId, region, name = '', tag, digest] = match;
  const registry = accountId === undefined ? PUBLIC : { accountId, region: region! };
  return { registry, name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * As {@link locateImage}, for those who need the image.
 *
 * @throws SessionError IMAGE_UNSUPPORTED for another platform, IMAGE_INVALID for everything else that {@link ImageFailureReason} names.
 */
export async function resolveImage(services: RegistryServices, containerUri: string): Promise<ResolvedImage> {
  const located = await locateImage(services, containerUri);
  if (located.ok) return located.image;
  throw new SessionError(located.reason === 'platform-unsupported' ? 'IMAGE_UNSUPPORTED' : 'IMAGE_INVALID', located.message);
}

/**
 * Finds the linux/arm64 image that a `containerUri` names, in any account and region or in the public gallery.
 * Asks nobody for permission: that the execution role may pull it is for the caller to check, on `repositoryArn`.
 */
export async function locateImage(services: RegistryServices, containerUri: string): Promise<LocatedImage> {
  const uri = parseImageUri(containerUri);
  if (!uri) return failure('uri-invalid', `'${containerUri.slice(0, 300)}' is not the URI of an image in ECR.`);
  const { store } = services;
  const { registry, name, digest } = uri;
  if (registry === PUBLIC) await ensurePublicImages(services);
  if (!findRepository(store, registry, name)) {
    const where = registry === PUBLIC ? 'the public gallery' : `the registry with id '${registry.accountId}' in ${registry.region}`;
    return failure('repository-missing', `The repository with name '${name}' does not exist in ${where}`);
  }
  const tag = uri.tag ?? (digest === undefined ? 'latest' : undefined);
  // Where both are given the digest counts, as for every client of a registry.
  const named = findImage(store, registry, name, digest === undefined ? { imageTag: tag } : { imageDigest: digest });
  if (!named) return failure('image-missing', `The image '${digest ?? tag}' does not exist in the repository with name '${name}'`);

  const image = pickPlatform(services, registry, name, named);
  if (!image) return failure('platform-unsupported', `The image ${named.digest} has no manifest for linux/arm64`);
  return readImage(services, registry, name, named, image);
}

/** The linux/arm64 image of an index: an attestation or another variant is not meant. An image is taken as it is. */
function pickPlatform({ store }: RegistryServices, registry: Scope, name: string, named: ImageItem): ImageItem | undefined {
  const { manifests, config } = parseManifest(readManifest(store, registry, name, named.digest), named.mediaType);
  if (config) return named;
  const fitting = manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'arm64' && (platform.variant ?? 'v8') === 'v8',
  );
  return fitting && findImage(store, registry, name, { imageDigest: fitting.digest });
}

async function readImage(
  services: RegistryServices,
  registry: Scope,
  name: string,
  named: ImageItem,
  image: ImageItem,
): Promise<LocatedImage> {
  const { store, blobs } = services;
  const { config: descriptor, layers } = parseManifest(readManifest(store, registry, name, image.digest), image.mediaType);
  const config = descriptor && (await readConfig(services, registry, name, descriptor));
  if (!config)
    return failure(
      'config-unreadable',
      `The configuration of the image ${image.digest} cannot be read: expected the JSON of an OCI or Docker image`,
    );
  if (config.os !== 'linux' || config.architecture !== 'arm64') {
    return failure(
      'platform-unsupported',
      `The image ${image.digest} is for ${config.os}/${config.architecture}: AgentCore runs linux/arm64`,
    );
  }
  const open = ({ digest, mediaType }: Descriptor) => ({ digest, mediaType, open: () => blobs.open(digest) });
  return {
    ok: true,
    image: {
      digest: image.digest,
      layers: layers.map(open),
      config,
      repositoryArn: repositoryArn(registry, name),
      namedDigest: named.digest,
      isPublic: registry === PUBLIC,
    },
  };
}

const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

async function readConfig(
  { store, blobs }: RegistryServices,
  registry: Scope,
  name: string,
  { digest, size }: Descriptor,
): Promise<OciImageConfig | undefined> {
  if (size > MAX_CONFIG_BYTES || !findLayer(store, registry, name, digest)) return undefined;
  let config: unknown;
  try {
    // Not by a stream, whose buffers are many times as large: this is read for each invocation of an agent.
    config = JSON.parse(await readFile(blobs.path(digest), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { architecture, os } = (config ?? {}) as Partial<OciImageConfig>;
  return typeof architecture === 'string' && typeof os === 'string' ? (config as OciImageConfig) : undefined;
}

function failure(reason: ImageFailureReason, message: string): LocatedImage {
  return { ok: false, reason, message };
}
