import { DeployError } from '../errors.ts';
import { fetchBlob } from './blob.ts';
import type { RegistryClient } from './client.ts';
import { digestPattern } from './digest.ts';
import type { FetchedManifest } from './manifest.ts';
import { fetchManifest } from './manifest.ts';
import type { Descriptor, ImageConfig, Index, Manifest, Platform } from './types.ts';
import { mediaTypes } from './types.ts';

/** An image of one platform as the registry describes it; no layer has been fetched. */
export interface ResolvedImage {
  repository: string;
  /** Digest of the platform's own manifest. */
  digest: string;
  mediaType: string;
  manifest: Manifest;
  config: ImageConfig;
}

/**
 * Finds the image for one platform behind a tag or a digest. Reads an index (with or without `mediaType`, with attestations
 * and variants in it) or a plain image.
 * @throws {DeployError} `BASE_UNSUITABLE` when there is none for that platform; the message lists what there is.
 */
export async function resolveImage(
  client: RegistryClient,
  repository: string,
  reference: string,
  platform: Platform,
): Promise<ResolvedImage> {
  const name = `${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
  let fetched = await fetchManifest(client, repository, reference);
  let document = parse<Partial<Index> & Partial<Manifest>>(fetched.bytes, name);
  if (Array.isArray(document.manifests)) {
    const chosen = choose(document.manifests, platform, name);
    requireDigests(name, [chosen]);
    fetched = await fetchManifest(client, repository, chosen.digest);
    document = parse<Partial<Manifest>>(fetched.bytes, name);
  }
  if (document.schemaVersion !== 2 || document.config === undefined || !Array.isArray(document.layers)) {
    throw new DeployError('BASE_UNSUITABLE', `${name} is not an OCI or Docker (schema 2) image: its manifest has no config or no layers.`);
  }
  const manifest = document as Manifest;
  requireDigests(name, [manifest.config, ...manifest.layers]);
  const config = parse<ImageConfig>(await fetchBlob(client, repository, manifest.config), name);
  if (config.os !== platform.os || config.architecture !== platform.architecture) {
    throw unsuitable(name, platform, [`${config.os}/${config.architecture}`]);
  }
  if (!Array.isArray(config.rootfs?.diff_ids) || config.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new DeployError(
      'BASE_UNSUITABLE',
      `${name} has ${manifest.layers.length} layers, but its configuration describes ${config.rootfs?.diff_ids?.length ?? 'none'}.`,
    );
  }
  return { repository, digest: fetched.digest, mediaType: kindOf(fetched, manifest), manifest, config };
}

/** They become part of URLs: what is no digest could lead elsewhere. */
function requireDigests(name: string, descriptors: readonly Descriptor[]): void {
  const bad = descriptors.find(({ digest }) => !digestPattern.test(digest));
  if (bad) throw new DeployError('BASE_UNSUITABLE', `${name} refers to ${JSON.stringify(bad.digest).slice(0, 100)}, which is no digest.`);
}

function choose(manifests: Descriptor[], platform: Platform, name: string): Descriptor {
  // Build attestations sit in the same list, under the platform "unknown/unknown".
  const images = manifests.filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined);
  const fitting = images.filter(({ platform: p }) => p?.os === platform.os && p.architecture === platform.architecture);
  // arm64 is v8 by definition; an explicit v9 image may use instructions that the service's machines lack.
  const best = fitting.find(({ platform: p }) => p?.variant === undefined || p.variant === 'v8');
  if (best === undefined) {
    const available = images
      .map(({ platform: p }) => [p?.os, p?.architecture, p?.variant].filter(Boolean).join('/'))
      .filter((text) => !text.includes('unknown'));
    throw unsuitable(name, platform, available);
  }
  return best;
}

function unsuitable(name: string, { os, architecture }: Platform, available: string[]): DeployError {
  return new DeployError(
    'BASE_UNSUITABLE',
    `${name} has no image for ${os}/${architecture}, which AgentCore Runtime requires; it has ${available.join(', ') || 'none'}. Choose another base.`,
  );
}

function parse<T>(bytes: Uint8Array, name: string): T {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (error) {
    throw new DeployError('BASE_UNSUITABLE', `${name} cannot be read: its manifest or configuration is not JSON.`, { cause: error });
  }
  throw new DeployError('BASE_UNSUITABLE', `${name} cannot be read: its manifest or configuration is not a JSON object.`);
}

/** The document's own word, then the header's, then what its config says it must be. */
function kindOf({ mediaType }: FetchedManifest, manifest: Manifest): string {
  if (manifest.mediaType) return manifest.mediaType;
  if (mediaType === mediaTypes.dockerManifest || mediaType === mediaTypes.ociManifest) return mediaType;
  return manifest.config.mediaType === mediaTypes.dockerConfig ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
}
