import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { CreateRepositoryCommand, DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
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
const begin = async (name = 'app') => (await call('POST', `/v2/${name}/blobs/uploads/`)).headers.get('location')!;

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${registry.endpoint}${path}`, { headers });
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

describe('logging in', () => {
  test('who is not logged in is told how', async () => {
    const response = await get('/v2/');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"/);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
    expect(await codeOf(response)).toBe('UNAUTHORIZED');
  });

  test('the token of GetAuthorizationToken is a password', async () => {
    expect((await get('/v2/', { authorization })).status).toBe(200);
    expect((await get('/v2', { authorization })).status).toBe(200);
  });

  test.each(['AWS:wrong', 'AWS:', 'aws:', 'other', 'a:b:c', `AWS:${'x'.repeat(3000)}`])('%s is refused', async (text) => {
    const response = await get('/v2/', basic(text));
    expect([response.status, await codeOf(response)]).toEqual([401, 'UNAUTHORIZED']);
  });

  test('so are another user, a password with one letter changed, and a bearer token', async () => {
    const password = Buffer.from(authorization.slice(6), 'base64').toString().slice(4);
    const changed = `${password.slice(0, 50)}${password[50] === 'A' ? 'B' : 'A'}${password.slice(51)}`;
    for (const text of [`root:${password}`, `AWS:${changed}`]) expect((await get('/v2/', basic(text))).status).toBe(401);
    expect((await get('/v2/', { authorization: `Bearer ${password}` })).status).toBe(401);
  });

  test('a password ends after 12 hours', async () => {
    registry.clock.skewMs = (12 * 60 * 60 - 60) * 1000;
    expect((await get('/v2/', { authorization })).status).toBe(200);
    registry.clock.skewMs += 61_000;
    const response = await get('/v2/', { authorization });
    registry.clock.skewMs = 0;
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('Your authorization token has expired. Reauthenticate and try again.');
  });
});

describe('blobs', () => {
  test('one that was put whole is found, read, and read in part', async () => {
    const blob = blobOf('0123456789');
    const created = await putBlob(registry, authorization, 'app', blob.bytes, blob.digest);
    expect([created.status, created.headers.get('location'), created.headers.get('docker-content-digest')]).toEqual([
      201,
      `/v2/app/blobs/${blob.digest}`,
      blob.digest,
    ]);
    const path = `/v2/app/blobs/${blob.digest}`;
    const head = await call('HEAD', path);
    expect([head.status, head.headers.get('content-length'), head.headers.get('docker-content-digest')]).toEqual([200, '10', blob.digest]);
    expect(await (await call('GET', path)).text()).toBe('0123456789');
    const ranges: [string, number, string][] = [
      ['bytes=2-4', 206, '234'],
      ['bytes=7-', 206, '789'],
      ['bytes=-2', 206, '89'],
      ['bytes=0-999', 206, '0123456789'],
      ['bytes=4-2', 200, '0123456789'],
      ['bytes=0-1,3-4', 200, '0123456789'],
      ['lines=0-1', 200, '0123456789'],
    ];
    for (const [range, status, text] of ranges) {
      const response = await call('GET', path, { headers: { range } });
      expect([range, response.status, await response.text()]).toEqual([range, status, text]);
    }
    const outside = await call('GET', path, { headers: { range: 'bytes=10-' } });
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  test('an empty one is a blob too', async () => {
    const empty = blobOf('');
    expect((await putBlob(registry, authorization, 'app', empty.bytes, empty.digest)).status).toBe(201);
    const response = await call('GET', `/v2/app/blobs/${empty.digest}`);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('one is missing, in the words of the specification', async () => {
    const absent = blobOf().digest;
    expect((await call('HEAD', `/v2/app/blobs/${absent}`)).status).toBe(404);
    expect(await codeOf(await call('GET', `/v2/app/blobs/${absent}`))).toBe('BLOB_UNKNOWN');
    expect(await codeOf(await call('GET', `/v2/nowhere/blobs/${absent}`))).toBe('NAME_UNKNOWN');
    expect(await codeOf(await call('GET', '/v2/app/blobs/sha256:short'))).toBe('DIGEST_INVALID');
    expect(await codeOf(await call('GET', `/v2/APP/blobs/${absent}`))).toBe('NAME_INVALID');
  });

  test('one goes when it is deleted, unless an image needs it', async () => {
    const blob = blobOf();
    await putBlob(registry, authorization, 'app', blob.bytes, blob.digest);
    expect((await call('DELETE', `/v2/app/blobs/${blob.digest}`)).status).toBe(202);
    expect((await call('GET', `/v2/app/blobs/${blob.digest}`)).status).toBe(404);
    expect(await registry.services.blobs.size(blob.digest)).toBeUndefined();
    const image = imageOf();
    await push(registry, authorization, 'app', image);
    expect(await codeOf(await call('DELETE', `/v2/app/blobs/${image.layer.digest}`))).toBe('DENIED');
  });

  test('names may have many parts, even ones that are words of the API', async () => {
    for (const name of ['deep/er/name', 'has/blobs/uploads']) {
      const image = imageOf();
      expect((await push(registry, authorization, name, image, 'v1')).status).toBe(201);
      expect((await call('GET', `/v2/${name}/manifests/v1`)).status).toBe(200);
      expect((await call('GET', `/v2/${name}/blobs/${image.layer.digest}`)).status).toBe(200);
    }
  });
});

describe('uploads', () => {
  test('in chunks: each says how far it is, and the whole is checked', async () => {
    const blob = blobOf(randomBytes(3000));
    const location = await begin();
    for (const [start, end] of [
      [0, 999],
      [1000, 1999],
    ] as const) {
      const response = await call('PATCH', location, {
        headers: { 'content-range': `${start}-${end}` },
        body: blob.bytes.subarray(start, end + 1),
      });
      expect([response.status, response.headers.get('range')]).toEqual([202, `0-${end}`]);
    }
    const status = await call('GET', location);
    expect([status.status, status.headers.get('range'), status.headers.get('location')]).toEqual([204, '0-1999', location]);
    const last = await call('PUT', `${location}?digest=${blob.digest}`, {
      headers: { 'content-range': '2000-2999' },
      body: blob.bytes.subarray(2000),
    });
    expect(last.status).toBe(201);
    expect(Buffer.from(await (await call('GET', last.headers.get('location')!)).arrayBuffer())).toEqual(blob.bytes);
  });

  test('a chunk that does not begin where the upload is gets 416 and the place', async () => {
    const location = await begin();
    await call('PATCH', location, { headers: { 'content-range': '0-9' }, body: '0123456789' });
    for (const range of ['5-9', '11-15', '0-4']) {
      const refused = await call('PATCH', location, { headers: { 'content-range': range }, body: '01234' });
      expect([refused.status, refused.headers.get('range'), refused.headers.get('location')]).toEqual([416, '0-9', location]);
    }
    expect(await codeOf(await call('PATCH', location, { headers: { 'content-range': '10-11' }, body: '12345' }))).toBe('SIZE_INVALID');
    expect((await call('PATCH', location, { headers: { 'content-range': 'ten-twelve' }, body: '123' })).status).toBe(416);
    expect((await call('GET', location)).headers.get('range')).toBe('0-9');
  });

  test('bytes that are not the promised ones are refused, and kept nowhere', async () => {
    const location = await begin();
    const promised = blobOf().digest;
    expect(await codeOf(await call('PUT', `${location}?digest=${promised}`, { body: 'something else' }))).toBe('DIGEST_INVALID');
    expect((await call('HEAD', `/v2/app/blobs/${promised}`)).status).toBe(404);
    expect(await registry.services.blobs.size(blobOf('something else').digest)).toBeUndefined();
    expect(await codeOf(await call('GET', location))).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  test('one that was cut off goes on from where it was, also after a restart', async () => {
    const local = await startRegistry();
    await local.ecr().send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    const headers = { authorization: await local.login() };
    const blob = blobOf(randomBytes(200_000));
    const location = (await fetch(`${local.endpoint}/v2/app/blobs/uploads/`, { method: 'POST', headers })).headers.get('location')!;
    await new Promise<void>((resolve) => {
      const cut = httpRequest(`${local.endpoint}${location}`, {
        method: 'PATCH',
        headers: { ...headers, 'content-length': blob.bytes.length },
      });
      cut.on('error', () => resolve());
      cut.write(blob.bytes.subarray(0, 120_000), () => cut.destroy());
    });
    await expect.poll(() => local.services.blobs.uploads.size(location.split('/').at(-1)!)).toBeGreaterThan(0);
    const restarted = await local.restart();
    try {
      const status = await fetch(`${restarted.endpoint}${location}`, { headers });
      const offset = Number(status.headers.get('range')!.split('-')[1]) + 1;
      expect(offset).toBeLessThanOrEqual(120_000);
      const rest = new Uint8Array(blob.bytes.subarray(offset));
      const done = await fetch(`${restarted.endpoint}${location}?digest=${blob.digest}`, {
        method: 'PUT',
        headers: { ...headers, 'content-range': `${offset}-199999` },
        body: rest,
      });
      expect(done.status).toBe(201);
    } finally {
      await restarted.stop();
    }
  });

  test('a client that comes back while its lost connection still hangs goes on from there, and the hanging one is cut off', async () => {
    const blob = blobOf(randomBytes(50_000));
    const location = await begin();
    const id = location.split('/').at(-1)!;
    const hanging = httpRequest(`${registry.endpoint}${location}`, {
      method: 'PATCH',
      headers: { authorization, 'content-length': 50_000 },
    });
    const cutOff = new Promise((resolve) => hanging.on('error', resolve));
    hanging.write(blob.bytes.subarray(0, 20_000));
    await expect.poll(() => registry.services.blobs.uploads.size(id)).toBe(20_000);
    const rest = await call('PATCH', location, { headers: { 'content-range': '20000-49999' }, body: blob.bytes.subarray(20_000) });
    expect(rest.status).toBe(202);
    await cutOff;
    expect((await call('PUT', `${location}?digest=${blob.digest}`)).status).toBe(201);
  });

  test('one that is finished while somebody still writes to it is whole: no byte comes after its digest', async () => {
    const blob = blobOf(randomBytes(20_000));
    const location = await begin();
    const id = location.split('/').at(-1)!;
    const hanging = httpRequest(`${registry.endpoint}${location}`, {
      method: 'PATCH',
      headers: { authorization, 'content-length': 50_000 },
    });
    const cutOff = new Promise((resolve) => hanging.on('error', resolve));
    hanging.write(blob.bytes);
    await expect.poll(() => registry.services.blobs.uploads.size(id)).toBe(20_000);
    expect((await call('PUT', `${location}?digest=${blob.digest}`)).status).toBe(201);
    hanging.write('more');
    await cutOff;
    expect(Buffer.from(await (await call('GET', `/v2/app/blobs/${blob.digest}`)).arrayBuffer())).toEqual(blob.bytes);
  });

  test('one that is cancelled, or never was, is unknown', async () => {
    const location = await begin();
    expect((await call('DELETE', location)).status).toBe(204);
    for (const path of [
      location,
      `/v2/app/blobs/uploads/${randomUUID()}`,
      '/v2/app/blobs/uploads/..%2f..%2fseal.key',
      '/v2/other/blobs/uploads/x',
    ]) {
      expect(await codeOf(await call('GET', path))).toBe('BLOB_UPLOAD_UNKNOWN');
    }
  });

  test('an upload belongs to its repository', async () => {
    const id = (await begin('app')).split('/').at(-1);
    expect((await call('PATCH', `/v2/other/blobs/uploads/${id}`, { body: 'x' })).status).toBe(404);
  });

  test('when its repository is deleted in the middle, it ends in a clear error and leaves nothing', async () => {
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'short-lived' }));
    const location = await begin('short-lived');
    const blob = blobOf();
    await call('PATCH', location, { body: blob.bytes });
    await registry.ecr().send(new DeleteRepositoryCommand({ repositoryName: 'short-lived', force: true }));
    expect(await codeOf(await call('PUT', `${location}?digest=${blob.digest}`))).toBe('NAME_UNKNOWN');
    expect(await registry.services.blobs.uploads.size(location.split('/').at(-1)!)).toBeUndefined();
  });

  test('the same blob from many clients at once is stored once and all of them succeed', async () => {
    const blob = blobOf(randomBytes(100_000));
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, index) => putBlob(registry, authorization, index % 2 ? 'app' : 'other', blob.bytes, blob.digest)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
  });
});

describe('mounting', () => {
  test('takes a blob over from a repository that has it', async () => {
    const blob = blobOf();
    await putBlob(registry, authorization, 'app', blob.bytes, blob.digest);
    const mounted = await call('POST', `/v2/other/blobs/uploads/?mount=${blob.digest}&from=app`);
    expect([mounted.status, mounted.headers.get('location')]).toEqual([201, `/v2/other/blobs/${blob.digest}`]);
    expect((await call('GET', `/v2/other/blobs/${blob.digest}`)).status).toBe(200);
  });

  test('begins an upload where it cannot be', async () => {
    const { digest } = blobOf();
    for (const query of [`mount=${digest}&from=app`, `mount=${digest}&from=nowhere`, `mount=${digest}`]) {
      const response = await call('POST', `/v2/other/blobs/uploads/?${query}`);
      expect([query, response.status]).toEqual([query, 202]);
      expect((await call('GET', response.headers.get('location')!)).status).toBe(204);
    }
  });
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
    expect((await push(registry, authorization, 'fixed', image, 'v1')).status).toBe(201);
    const moved = await push(registry, authorization, 'fixed', imageOf(), 'v1');
    expect([moved.status, await codeOf(moved)]).toEqual([400, 'TAG_INVALID']);
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

describe('lists', () => {
  test('tags come in order and in pages', async () => {
    await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'many' }));
    const image = imageOf();
    for (const tag of ['c', 'a', 'B', 'd', 'e']) await push(registry, authorization, 'many', image, tag);
    const all = (await (await call('GET', '/v2/many/tags/list')).json()) as { tags: string[] };
    expect(all).toEqual({ name: 'many', tags: ['B', 'a', 'c', 'd', 'e'] });
    const seen: string[] = [];
    let path: string | undefined = '/v2/many/tags/list?n=2';
    while (path) {
      const response: Response = await call('GET', path);
      seen.push(...((await response.json()) as { tags: string[] }).tags);
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(all.tags);
    expect(await (await call('GET', '/v2/many/tags/list?n=0')).json()).toEqual({ name: 'many', tags: [] });
    expect((await call('GET', '/v2/many/tags/list?n=many')).status).toBe(400);
  });

  test('the catalog is of the own registry', async () => {
    const { repositories } = (await (await call('GET', '/v2/_catalog')).json()) as { repositories: string[] };
    expect(repositories).toContain('deep/er/name');
    expect(repositories).not.toContain('docker/library/node');
  });
});

test('a method that a path does not have is refused, and those that it has are named', async () => {
  const response = await call('PUT', '/v2/app/blobs/uploads/');
  expect([response.status, response.headers.get('allow'), await codeOf(response)]).toEqual([405, 'POST', 'UNSUPPORTED']);
});

test('clients that hang up at any moment are no faults of ours', async () => {
  const blob = blobOf(randomBytes(500_000));
  await putBlob(registry, authorization, 'app', blob.bytes, blob.digest);
  const location = await begin();
  for (let round = 0; round < 60; round += 1) {
    const isDownload = round % 2 === 0;
    const path = isDownload ? `/v2/app/blobs/${blob.digest}` : location;
    const request = httpRequest(`${registry.endpoint}${path}`, {
      method: isDownload ? 'GET' : 'PATCH',
      headers: { authorization, ...(isDownload ? {} : { 'content-length': '500000' }) },
    });
    const gone = new Promise((resolve) => request.on('close', resolve).on('error', resolve));
    if (!isDownload) request.write(blob.bytes.subarray(0, 1000 * round));
    request.flushHeaders();
    for (let turn = 0; turn < round % 15; turn += 1) await new Promise(setImmediate);
    request.destroy();
    await gone;
  }
  await expect.poll(async () => (await call('GET', '/v2/')).status).toBe(200);
  expect(registry.faults).toEqual([]);
});
