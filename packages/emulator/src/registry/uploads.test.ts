import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { CreateRepositoryCommand, DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobOf, codeOf, putBlob, startRegistry, type TestRegistry } from './fixture-registry.ts';

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
      expect([response.status, response.headers.get('range')]).toEqual([201, `0-${end}`]);
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
    const cut = httpRequest(`${local.endpoint}${location}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-length': blob.bytes.length },
    });
    const gone = new Promise((resolve) => cut.on('error', resolve));
    cut.write(blob.bytes.subarray(0, 120_000));
    await expect.poll(() => local.services.blobs.uploads.size(location.split('/').at(-1)!)).toBeGreaterThan(0);
    cut.destroy();
    await gone;
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
    expect(rest.status).toBe(201);
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
