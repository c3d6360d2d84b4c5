import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBase } from '../test/images.ts';
import type { TestRegistry } from '../test/registry.ts';
import { startTestRegistry } from '../test/registry.ts';
import { createRegistryClient } from './client.ts';
import { resolveImage } from './resolve.ts';
import type { ResolvedImage } from './resolve.ts';

const arm64 = { os: 'linux', architecture: 'arm64' };
let registry: TestRegistry;
beforeEach(async () => {
  registry = await startTestRegistry();
});
afterEach(() => registry.close());
const resolve = (reference: string): Promise<ResolvedImage> =>
  resolveImage(createRegistryClient({ endpoint: registry.url, retry: { baseMs: 1 } }), 'node', reference, arm64);

test('an index without mediaType, with attestations and variants, leads to linux/arm64', async () => {
  const amd = await addBase(registry, 'node', 'amd', { os: 'linux', architecture: 'amd64' });
  const arm = await addBase(registry, 'node', 'arm');
  const index = {
    schemaVersion: 2,
    manifests: [
      { digest: amd, size: 1, mediaType: 'x', platform: { os: 'linux', architecture: 'amd64' } },
      {
        digest: amd,
        size: 1,
        mediaType: 'x',
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
      { digest: amd, size: 1, mediaType: 'x', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      { digest: amd, size: 1, mediaType: 'x', platform: { os: 'linux', architecture: 'arm64', variant: 'v9' } },
      { digest: arm, size: 1, mediaType: 'x', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ],
  };
  registry.addManifest('node', '22', index, 'application/vnd.oci.image.index.v1+json');
  expect(await resolve('22')).toMatchObject({
    digest: arm,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { architecture: 'arm64' },
  });
  expect(registry.requests.filter(({ url }) => url.includes('/blobs/'))).toHaveLength(1);
});

test('a base for amd64 alone is refused with a list of what there is', async () => {
  const amd = await addBase(registry, 'node', 'amd', { os: 'linux', architecture: 'amd64' });
  await expect(resolve('amd')).rejects.toMatchObject({ code: 'BASE_UNSUITABLE', message: expect.stringContaining('it has linux/amd64') });
  registry.addManifest('node', '22', {
    schemaVersion: 2,
    manifests: [{ digest: amd, size: 1, mediaType: 'x', platform: { os: 'linux', architecture: 'amd64' } }],
  });
  await expect(resolve('22')).rejects.toMatchObject({ code: 'BASE_UNSUITABLE', message: expect.stringContaining('linux/arm64') });
});

test('a config with other bytes than its digest names is refused', async () => {
  await addBase(registry, 'node', '22');
  const digest = [...registry.blobs.keys()][1] as string;
  registry.blobs.set(digest, new TextEncoder().encode('{}'));
  await expect(resolve('22')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
});

test.each([
  ['a schema-1 manifest', { schemaVersion: 1, fsLayers: [] }],
  ['an empty object', {}],
])('%s is refused', async (_name, document) => {
  registry.addManifest('node', '22', document);
  await expect(resolve('22')).rejects.toMatchObject({ code: 'BASE_UNSUITABLE' });
});

test('a tag that does not exist is reported with the answer of the registry', async () => {
  await expect(resolve('nope')).rejects.toMatchObject({ code: 'REGISTRY', message: expect.stringContaining('404') });
});
