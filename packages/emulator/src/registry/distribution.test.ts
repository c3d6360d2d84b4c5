import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { blobOf, codeOf, imageOf, push, putBlob, startRegistry, type TestRegistry } from './fixture-registry.ts';

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

test('clients that hang up at any moment are no faults of ours, and leave no file open', async () => {
  await collectGarbage();
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
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
  // Node closes a file that was left open when it collects what stood for it, and warns.
  await collectGarbage();
  expect(warnings).toEqual([]);
});

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await new Promise(setImmediate);
}
