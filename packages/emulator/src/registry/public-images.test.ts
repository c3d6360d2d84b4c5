import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { unpackTar } from 'modern-tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, imageOf, push, startRegistry, type TestRegistry } from './fixture-registry.ts';
import { OCI_INDEX, OCI_MANIFEST, type Descriptor } from './manifest.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const NAME = 'docker/library/node';
const get = (path: string, init: RequestInit = {}) => fetch(`${registry.endpoint}/v2/${NAME}/${path}`, init);

test('anyone may read the base image: an index, its images, their configurations and layers', async () => {
  const index = (await (await get('manifests/22-slim')).json()) as { mediaType: string; manifests: Descriptor[] };
  expect(index.mediaType).toBe(OCI_INDEX);
  expect(index.manifests.map(({ platform }) => platform)).toEqual([
    { architecture: 'arm64', os: 'linux', variant: 'v8' },
    { architecture: 'amd64', os: 'linux' },
  ]);
  for (const { digest, platform } of index.manifests) {
    const manifest = (await (await get(`manifests/${digest}`)).json()) as { config: Descriptor; layers: Descriptor[] };
    const config = (await (await get(`blobs/${manifest.config.digest}`)).json()) as { rootfs: { diff_ids: string[] } };
    expect(config).toMatchObject({
      os: 'linux',
      architecture: platform!.architecture,
      config: {
        Cmd: ['node'],
        Entrypoint: ['docker-entrypoint.sh'],
        Env: [expect.stringMatching(/^PATH=/), expect.stringMatching(/^NODE_VERSION=22\./)],
      },
    });
    const layer = Buffer.from(await (await get(`blobs/${manifest.layers[0]!.digest}`)).arrayBuffer());
    expect(config.rootfs.diff_ids).toEqual([`sha256:${createHash('sha256').update(layer).digest('hex')}`]);
    const entries = await unpackTar(Readable.toWeb(Readable.from([layer])) as ReadableStream<Uint8Array>);
    const text = (name: string) => Buffer.from(entries.find(({ header }) => header.name === name)!.data!).toString();
    expect(text('etc/passwd')).toContain('node:x:1000:1000:');
    expect(text('usr/local/bin/README')).toContain('holds no Node.js');
  }
});

test('its digests are the same everywhere and always', async () => {
  // When this changes on purpose, every image that is built on it gets a new digest.
  expect((await get('manifests/22-slim')).headers.get('docker-content-digest')).toMatchInlineSnapshot(
    `"sha256:7912a8b8ce90321e7aa855435f8471be4055029c353836467906d64c9e1633d8"`,
  );
  expect((await get('manifests/24-slim')).headers.get('docker-content-digest')).toMatchInlineSnapshot(
    `"sha256:2f970b0b77a29c17ddf02a54472df66dc6591188e0e3dc0456b4c87d64e0e034"`,
  );
  const other = await startRegistry();
  const elsewhere = await fetch(`${other.endpoint}/v2/${NAME}/manifests/22-slim`);
  await other.stop();
  expect(elsewhere.headers.get('docker-content-digest')).toBe((await get('manifests/22-slim')).headers.get('docker-content-digest'));
});

test('an empty user and password are nobody, as skopeo and docker send them', async () => {
  expect((await get('manifests/22', { headers: { authorization: `Basic ${Buffer.from(':').toString('base64')}` } })).status).toBe(200);
});

test('what is not there needs a login, and nobody can write', async () => {
  expect((await fetch(`${registry.endpoint}/v2/docker/library/python/manifests/3`)).status).toBe(401);
  expect((await get('manifests/nothing')).status).toBe(404);
  expect((await get('blobs/uploads/', { method: 'POST' })).status).toBe(401);
  expect((await get('manifests/22', { method: 'PUT', body: '{}' })).status).toBe(401);
  const authorization = await registry.login();
  const written = await get('blobs/uploads/', { method: 'POST', headers: { authorization } });
  expect([written.status, await codeOf(written)]).toEqual([404, 'NAME_UNKNOWN']);
});

test('many who ask first at once all get it', async () => {
  const fresh = await startRegistry();
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${fresh.endpoint}/v2/${NAME}/manifests/24`)));
  await fresh.stop();
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});

test('it is in nobody’s account, but can be mounted into a repository of anyone', async () => {
  const ecr = registry.ecr();
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'mine' }));
  const headers = { authorization: await registry.login() };
  const index = (await (await get('manifests/22-slim', { headers })).json()) as { manifests: Descriptor[] };
  const manifest = (await (await get(`manifests/${index.manifests[0]!.digest}`, { headers })).json()) as { layers: Descriptor[] };
  const { digest } = manifest.layers[0]!;
  const mounted = await fetch(`${registry.endpoint}/v2/mine/blobs/uploads/?mount=${digest}&from=${NAME}`, { method: 'POST', headers });
  expect(mounted.status).toBe(201);
  expect((await fetch(`${registry.endpoint}/v2/mine/blobs/${digest}`, { headers })).status).toBe(200);
});

test('a repository of the same name in one’s own registry goes before it', async () => {
  const account = '222233334444';
  const client = registry.ecr(account);
  await client.send(new CreateRepositoryCommand({ repositoryName: NAME }));
  const authorization = await registry.login(client);
  const image = imageOf();
  await push(registry, authorization, NAME, image, '22-slim');
  const own = await get('manifests/22-slim', { headers: { authorization } });
  expect([own.headers.get('content-type'), own.headers.get('docker-content-digest')]).toEqual([OCI_MANIFEST, image.manifest.digest]);
  expect((await get('manifests/22-slim')).headers.get('content-type')).toBe(OCI_INDEX);
});
