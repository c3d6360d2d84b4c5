import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestRegistry, end } from '../test/registry.ts';
import type { TestRegistry } from '../test/registry.ts';
import { fetchBlob, hasBlob } from './blob.ts';
import { createRegistryClient } from './client.ts';
import { fetchManifest } from './manifest.ts';

let registry: TestRegistry;
let other: TestRegistry;
beforeEach(async () => {
  registry = await startTestRegistry();
  other = await startTestRegistry();
});
afterEach(() => Promise.all([registry.close(), other.close()]));

const retry = { baseMs: 1 };

test('a bearer challenge is answered with a token for that repository, which is used again', async () => {
  const blob = registry.addBlob('hello');
  let issued = 0;
  registry.intercept = (request, response) => {
    if (request.url?.startsWith('/token')) {
      issued += 1;
      const query = new URL(request.url, registry.url).searchParams;
      end(response, 200, {}, Buffer.from(JSON.stringify({ token: `${query.get('service')} ${query.get('scope')}` })));
      return true;
    }
    if (request.headers.authorization === 'Bearer test repository:a:pull') return false;
    end(response, 401, { 'www-authenticate': `Bearer realm="${registry.url}/token",service="test",scope="repository:a:pull"` });
    return true;
  };
  const client = createRegistryClient({ endpoint: registry.url, retry });
  expect(await hasBlob(client, 'a', blob.digest)).toBe(true);
  expect(await fetchBlob(client, 'a', { ...blob, mediaType: '' })).toEqual(new TextEncoder().encode('hello'));
  expect(issued).toBe(1);
});

test('an expired token that is answered with 400 and no challenge is dropped, and a new one is fetched', async () => {
  const blob = registry.addBlob('hello');
  let issued = 0;
  registry.intercept = (request, response) => {
    const { authorization } = request.headers;
    if (request.url?.startsWith('/token')) {
      issued += 1;
      end(response, 200, {}, Buffer.from(JSON.stringify({ token: `t${issued}` })));
    } else if (authorization === undefined) {
      end(response, 401, { 'www-authenticate': `Bearer realm="${registry.url}/token"` });
    } else if (authorization === 'Bearer t1' && registry.requests.length > 4) {
      end(response, 400);
    } else return false;
    return true;
  };
  const client = createRegistryClient({ endpoint: registry.url, retry });
  expect(await hasBlob(client, 'a', blob.digest)).toBe(true);
  expect(await hasBlob(client, 'a', blob.digest)).toBe(true);
  expect(await hasBlob(client, 'a', blob.digest)).toBe(true);
  expect(issued).toBe(2);
});

test('a ready-made Basic value is sent at once, and never to the host that a download is redirected to', async () => {
  const blob = other.addBlob('hello');
  registry.intercept = (request, response) => {
    end(response, 307, { location: `${other.url}${request.url}` });
    return true;
  };
  const client = createRegistryClient({ endpoint: registry.url, authorization: 'Basic c2VjcmV0', retry });
  await fetchBlob(client, 'a', { ...blob, mediaType: '' });
  expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['Basic c2VjcmV0']);
  expect(other.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('wrong credentials end after one attempt, and the message does not hold them', async () => {
  registry.intercept = (_request, response) => {
    end(response, 401, { 'www-authenticate': 'Basic realm="x"' }, Buffer.from('{"errors":[{"code":"UNAUTHORIZED","message":"wrong"}]}'));
    return true;
  };
  const client = createRegistryClient({ endpoint: registry.url, authorization: 'Basic c2VjcmV0', retry });
  const failure = await fetchManifest(client, 'a', 'b').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'REGISTRY_AUTH', message: expect.stringContaining('UNAUTHORIZED: wrong') });
  expect(String(failure)).not.toContain('c2VjcmV0');
  expect(registry.requests).toHaveLength(1);
});

test('429 and 503 are retried as the registry asks, other refusals are not', async () => {
  const blob = registry.addBlob('hello');
  const statuses = [429, 503, 500];
  registry.intercept = (_request, response) => {
    const status = statuses.shift();
    if (status !== undefined) end(response, status, { 'retry-after': '0' });
    return status !== undefined;
  };
  const client = createRegistryClient({ endpoint: registry.url, retry });
  expect(await hasBlob(client, 'a', blob.digest)).toBe(true);
  expect(registry.requests).toHaveLength(4);

  statuses.push(418, 418);
  await expect(hasBlob(client, 'a', blob.digest)).rejects.toMatchObject({ code: 'REGISTRY', message: expect.stringContaining('418') });
  expect(registry.requests).toHaveLength(5);
});

test('a lost connection is retried; a registry that is not there is named with its reason', async () => {
  const blob = registry.addBlob('hello');
  let lost = 0;
  registry.intercept = (request) => {
    lost += 1;
    if (lost < 3) request.socket.destroy();
    return lost < 3;
  };
  expect(await hasBlob(createRegistryClient({ endpoint: registry.url, retry }), 'a', blob.digest)).toBe(true);
  await other.close();
  await expect(hasBlob(createRegistryClient({ endpoint: other.url, retry }), 'a', blob.digest)).rejects.toMatchObject({
    code: 'REGISTRY',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('an abort ends a wait between retries at once', async () => {
  registry.intercept = (_request, response) => {
    end(response, 503, { 'retry-after': '20' });
    response.once('close', () => controller.abort(new Error('enough')));
    return true;
  };
  const controller = new AbortController();
  const client = createRegistryClient({ endpoint: registry.url, signal: controller.signal });
  const waiting = hasBlob(client, 'a', `sha256:${'0'.repeat(64)}`);
  await expect(waiting).rejects.toThrow('enough');
});

test('a manifest with other bytes than its digest names is refused', async () => {
  const digest = registry.addManifest('a', 'latest', { schemaVersion: 2 });
  registry.manifests.set(`a:${digest}`, { bytes: new TextEncoder().encode('{}'), mediaType: 'x' });
  const client = createRegistryClient({ endpoint: registry.url, retry });
  await expect(fetchManifest(client, 'a', digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
});
