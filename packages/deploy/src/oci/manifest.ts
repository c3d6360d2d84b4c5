import { DeployError } from '../errors.ts';
import type { RegistryClient } from './client.ts';
import { digestOf, digestPattern, verifyDigest } from './digest.ts';
import { readAtMost } from './read-at-most.ts';
import { acceptedManifests } from './types.ts';

export interface FetchedManifest {
  bytes: Uint8Array;
  mediaType: string;
  digest: string;
}

/** Larger than any manifest that registries take (ECR and the spec's recommendation: 4 MB). */
const largestManifest = 4 * 1024 * 1024;

/** Whether the registry has this manifest. */
export async function hasManifest(client: RegistryClient, repository: string, digest: string): Promise<boolean> {
  const response = await client.send({
    method: 'HEAD',
    url: `/v2/${repository}/manifests/${digest}`,
    headers: { accept: acceptedManifests },
    expect: [200, 404],
    what: `The manifest ${digest} of ${repository}`,
  });
  return response.status === 200;
}

/**
 * Fetches a manifest or an index by tag or digest. By digest the bytes are checked against it; by tag against the digest
 * that the registry announced.
 * @throws {DeployError} `DIGEST_MISMATCH`, `REGISTRY`, `REGISTRY_AUTH`.
 */
export async function fetchManifest(client: RegistryClient, repository: string, reference: string): Promise<FetchedManifest> {
  const what = `The manifest ${reference} of ${repository}`;
  const response = await client.send({
    method: 'GET',
    url: `/v2/${repository}/manifests/${reference}`,
    headers: { accept: acceptedManifests },
    expect: [200],
    what,
  });
  const bytes = await readAtMost(response, largestManifest);
  if (bytes === undefined)
    throw new DeployError('BASE_UNSUITABLE', `${what} is too long; manifests have at most ${largestManifest} bytes.`);
  const announced = response.headers.get('docker-content-digest');
  const expected = digestPattern.test(reference) ? reference : announced;
  if (expected !== null) verifyDigest(bytes, expected, what);
  return { bytes, digest: digestOf(bytes), mediaType: (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '' };
}

/** Writes a manifest under its own digest, without a tag. */
export async function putManifest(
  client: RegistryClient,
  repository: string,
  { bytes, mediaType, digest }: FetchedManifest,
): Promise<void> {
  const response = await client.send({
    method: 'PUT',
    url: `/v2/${repository}/manifests/${digest}`,
    headers: { 'content-type': mediaType },
    body: () => new Uint8Array(bytes),
    expect: [200, 201],
    what: `The manifest ${digest} of ${repository}`,
  });
  await response.body?.cancel();
  const stored = response.headers.get('docker-content-digest');
  if (stored !== null && stored !== digest) verifyDigest(bytes, stored, `The manifest that ${client.origin} stored`);
}
