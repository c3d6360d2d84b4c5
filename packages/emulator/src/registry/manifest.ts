import { invalidParameter } from './errors.ts';
import { isDigest } from './names.ts';

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  urls?: string[];
  platform?: { architecture?: string; os?: string; variant?: string };
  artifactType?: string;
  annotations?: Record<string, string>;
}

export interface ParsedManifest {
  mediaType: string;
  /** Images: the configuration. */
  config?: Descriptor;
  /** Images: lowest first. */
  layers: Descriptor[];
  /** Indexes: the images in it. */
  manifests: Descriptor[];
  subject?: Descriptor;
  artifactType?: string;
  annotations?: Record<string, string>;
}

/** The largest manifest that ECR takes, in bytes. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Reads and checks an image manifest or an index, OCI or Docker (schema 2).
 * Throws InvalidParameterException that says what is wrong with it.
 */
export function parseManifest(text: string, givenType: string | undefined): ParsedManifest {
  const body = parseObject(text);
  const mediaType = mediaTypeOf(body, givenType);
  if (body['schemaVersion'] !== 2) throw invalid('schemaVersion must be 2');
  const isIndex = mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
  const common = {
    mediaType,
    ...(body['subject'] === undefined || body['subject'] === null ? {} : { subject: descriptor(body['subject'], 'subject') }),
    ...(typeof body['artifactType'] === 'string' ? { artifactType: body['artifactType'] } : {}),
    ...(isObject(body['annotations']) ? { annotations: body['annotations'] as Record<string, string> } : {}),
  };
  // A list that is read as an image, or the other way round, would hide what it refers to (CVE-2021-41190).
  if (isIndex) {
    if (body['layers'] !== undefined || body['config'] !== undefined) throw invalid('an index must not have config or layers');
    return { ...common, layers: [], manifests: descriptors(body['manifests'], 'manifests') };
  }
  if (body['manifests'] !== undefined) throw invalid('an image manifest must not have manifests');
  return { ...common, config: descriptor(body['config'], 'config'), layers: descriptors(body['layers'], 'layers'), manifests: [] };
}

function mediaTypeOf(body: Record<string, unknown>, given: string | undefined): string {
  const written = body['mediaType'];
  if (written !== undefined && typeof written !== 'string') throw invalid('mediaType must be a string');
  if (written !== undefined && given !== undefined && written !== given) {
    throw invalid(`its mediaType is ${written.slice(0, 100)}, but it was sent as ${given.slice(0, 100)}`);
  }
  const mediaType = written ?? given;
  if (mediaType === undefined) throw invalidParameter('imageManifestMediaType', 'must not be null when the manifest has no mediaType');
  if (![OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].includes(mediaType)) {
    throw invalid(
      `the media type ${mediaType.slice(0, 100)} is not supported: expected an OCI or Docker (schema 2) image manifest or index`,
    );
  }
  return mediaType;
}

function parseObject(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isObject(body)) throw invalid('it is not a JSON object');
  return body;
}

function descriptors(value: unknown, at: string): Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`${at} must be a list`);
  return value.map((item, index) => descriptor(item, `${at}[${index}]`));
}

function descriptor(value: unknown, at: string): Descriptor {
  if (!isObject(value)) throw invalid(`${at} must be an object`);
  if (typeof value['mediaType'] !== 'string') throw invalid(`${at}.mediaType must be a string`);
  if (typeof value['digest'] !== 'string' || !isDigest(value['digest']))
    throw invalid(`${at}.digest must be sha256: and 64 hexadecimal digits`);
  if (!Number.isSafeInteger(value['size']) || (value['size'] as number) < 0) throw invalid(`${at}.size must be a number of bytes`);
  return value as unknown as Descriptor;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string) {
  return invalidParameter('imageManifest', `Invalid JSON image manifest: ${why}`);
}
