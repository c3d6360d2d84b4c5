import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobOf, codeOf, imageOf, push, putBlob, startRegistry, type TestRegistry } from './fixture-registry.ts';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from './manifest.ts';

let registry: TestRegistry;
let authorization: string;
beforeAll(async () => {
  registry = await startRegistry();
  for (const repositoryName of ['app', 'other', 'deep/er/name', 'has/blobs/uploads'])
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName }));
  authorization = await registry.login();
});
afterAll(() => registry.stop());

const call = (method: string, path: string, { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer | string } = {}) =>
  fetch(new URL(path, registry.endpoint), {
    method,
    headers: { authorization, ...headers },
    ...(body === undefined ? {} : { body: body as unknown as string }),
  });

describe('manifests', () => {
  test('one is answered by tag and digest with its own type, byte for byte', async () => {
    const image = imageOf();
    const created = await push(registry, authorization, 'app', image, 'v1');
    expect([created.status, created.headers.get('docker-content-digest')]).toEqual([201, image.manifest.digest]);
    for (const reference of ['v1', image.manifest.digest]) {
      const response = await call('GET', `/v2/app/manifests/${reference}`);
      expect([response.headers.get('content-type'), response.headers.get('docker-content-digest')]).toEqual([
        OCI_MANIFEST,
        image.manifest.digest,
      ]);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(image.manifest.bytes);
      const head = await call('HEAD', `/v2/app/manifests/${reference}`);
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(image.manifest.bytes.length)]);
    }
    // The same again changes nothing.
    expect((await push(registry, authorization, 'app', image, 'v1')).status).toBe(201);
  });

  test('white space, unusual letters and Docker types are kept', async () => {
    const { config, layer } = imageOf();
    await push(registry, authorization, 'app', imageOf({ layer }));
    await putBlob(registry, authorization, 'app', config.bytes, config.digest);
    const manifest = blobOf(
      `  ${JSON.stringify({ schemaVersion: 2, config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: config.digest, size: config.bytes.length }, layers: [], annotations: { a: 'ß→🐢' } }, null, 3)}\n\n`,
    );
    const put = await call('PUT', `/v2/app/manifests/${manifest.digest}`, {
      headers: { 'content-type': `${DOCKER_MANIFEST}; charset=utf-8` },
      body: manifest.bytes,
    });
    expect(put.status).toBe(201);
    const got = await call('GET', `/v2/app/manifests/${manifest.digest}`);
    expect(got.headers.get('content-type')).toBe(DOCKER_MANIFEST);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(manifest.bytes);
  });

  test('what is wrong with one is said by its code', async () => {
    const image = imageOf();
    await push(registry, authorization, 'app', image);
    const put = async (body: Buffer | string, { reference = 'bad', type = OCI_MANIFEST } = {}) => {
      const response = await call('PUT', `/v2/app/manifests/${reference}`, { headers: { 'content-type': type }, body });
      return `${response.status} ${await codeOf(response)}`;
    };
    expect(await put('{')).toBe('400 MANIFEST_INVALID');
    expect(await put(Buffer.from([0xff, 0xfe]))).toBe('400 MANIFEST_INVALID');
    expect(await put(image.manifest.bytes, { type: DOCKER_MANIFEST })).toBe('400 MANIFEST_INVALID');
    expect(await put(imageOf().manifest.bytes)).toBe('404 MANIFEST_BLOB_UNKNOWN');
    expect(await put(image.manifest.bytes.toString().replace(`"size":${image.layer.bytes.length}`, '"size":1'))).toBe(
      '400 MANIFEST_INVALID',
    );
    expect(await put(image.manifest.bytes, { reference: blobOf().digest })).toBe('400 DIGEST_INVALID');
    expect(await put(image.manifest.bytes, { reference: '.dot' })).toBe('400 TAG_INVALID');
    expect(await put(Buffer.alloc(4 * 1024 * 1024 + 1, ' '))).toBe('413 SIZE_INVALID');
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ mediaType: OCI_MANIFEST, digest: blobOf().digest, size: 3 }],
    });
    expect(await put(index, { type: OCI_INDEX })).toBe('404 MANIFEST_BLOB_UNKNOWN');
    expect((await call('GET', '/v2/app/manifests/bad')).status).toBe(404);
  });

  test('immutable tags stay where they are', async () => {
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' }));
    const image = imageOf();
    expect((await push(registry, authorization, 'fixed', image, 'v1')).status).toBe(201);
    // Also for the same image again. Reported: https://github.com/moby/buildkit/issues/2004
    for (const next of [imageOf(), image]) {
      const again = await push(registry, authorization, 'fixed', next, 'v1');
      expect([again.status, await codeOf(again)]).toEqual([400, 'TAG_INVALID']);
    }
    // Without a tag there is nothing to overwrite.
    expect((await push(registry, authorization, 'fixed', image, image.manifest.digest)).status).toBe(201);
  });

  test('one goes by digest, a tag by itself', async () => {
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'deleting' }));
    const image = imageOf();
    for (const tag of ['a', 'b', 'c']) await push(registry, authorization, 'deleting', image, tag);
    expect((await call('DELETE', '/v2/deleting/manifests/a')).status).toBe(202);
    expect((await call('GET', '/v2/deleting/manifests/a')).status).toBe(404);
    expect((await call('GET', '/v2/deleting/manifests/b')).status).toBe(200);
    expect((await call('DELETE', `/v2/deleting/manifests/${image.manifest.digest}`)).status).toBe(202);
    for (const reference of ['b', 'c', image.manifest.digest])
      expect(await codeOf(await call('GET', `/v2/deleting/manifests/${reference}`))).toBe('MANIFEST_UNKNOWN');
    expect((await call('DELETE', `/v2/deleting/manifests/${image.manifest.digest}`)).status).toBe(404);
  });

  test('referrers of an image are listed, and filtered by their type', async () => {
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'signed' }));
    const image = imageOf();
    await push(registry, authorization, 'signed', image, 'v1');
    const config = image.config;
    const subject = { mediaType: OCI_MANIFEST, digest: image.manifest.digest, size: image.manifest.bytes.length };
    const signature = blobOf(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        artifactType: 'a/signature',
        config: { mediaType: 'x/y', digest: config.digest, size: config.bytes.length },
        layers: [],
        subject,
      }),
    );
    const put = await call('PUT', `/v2/signed/manifests/${signature.digest}`, {
      headers: { 'content-type': OCI_MANIFEST },
      body: signature.bytes,
    });
    expect([put.status, put.headers.get('oci-subject')]).toEqual([201, image.manifest.digest]);
    const list = async (query = '') =>
      ((await (await call('GET', `/v2/signed/referrers/${image.manifest.digest}${query}`)).json()) as { manifests: object[] }).manifests;
    expect(await list()).toEqual([
      { mediaType: OCI_MANIFEST, digest: signature.digest, size: signature.bytes.length, artifactType: 'a/signature' },
    ]);
    expect(await list('?artifactType=a/signature')).toHaveLength(1);
    expect(await list('?artifactType=other')).toEqual([]);
  });
});
