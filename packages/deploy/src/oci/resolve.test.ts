import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBase } from '../test/images.ts';
import type { TestRegistry } from '../test/registry.ts';
import { startTestRegistry } from '../test/registry.ts';
import { createRegistryClient } from './client.ts';
import { describeFailure } from './failure.ts';
import { readAtMost } from './read-at-most.ts';
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

test('what is no digest becomes no part of a URL', async () => {
  const platform = { os: 'linux', architecture: 'arm64' };
  registry.addManifest('node', 'index', { schemaVersion: 2, manifests: [{ digest: '../../../x', size: 1, mediaType: 'x', platform }] });
  registry.addManifest('node', 'image', { schemaVersion: 2, config: { digest: 'sha256:../x', size: 1, mediaType: 'x' }, layers: [] });
  for (const reference of ['index', 'image'])
    await expect(resolve(reference)).rejects.toMatchObject({ code: 'BASE_UNSUITABLE', message: expect.stringContaining('is no digest') });
  expect(registry.requests.map(({ url }) => url)).toEqual(['/v2/node/manifests/index', '/v2/node/manifests/image']);
});

test('a manifest without an end is broken off', async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) }, { highWaterMark: 0 });
  expect(await readAtMost(new Response(endless), 4 << 20)).toBeUndefined();
});

test('what a registry says sends no command to a terminal', async () => {
  const response = Response.json({ errors: [{ code: 'DENIED', message: '\u001b[2J\u009b31mno' }] }, { status: 400 });
  const { message } = await describeFailure({ method: 'GET', url: '/v2/', expect: [200], what: 'It' }, response, 'http://registry');
  expect(message).toBe('It: http://registry answered 400 to GET: DENIED: [2J31mno.');
});
