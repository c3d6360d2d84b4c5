import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bodyOf, end, startTestRegistry } from '../test/registry.ts';
import type { TestRegistry } from '../test/registry.ts';
import type { BlobSource } from './blob.ts';
import { memoryBlob, remoteBlob } from './blob.ts';
import { createRegistryClient } from './client.ts';
import type { RegistryClient } from './client.ts';
import { digestOf } from './digest.ts';
import { uploadBlob } from './upload.ts';

let registry: TestRegistry;
let client: RegistryClient;
beforeEach(async () => {
  registry = await startTestRegistry();
  client = createRegistryClient({ endpoint: registry.url, retry: { baseMs: 1 } });
});
afterEach(() => registry.close());

const large = new Uint8Array(randomBytes(6 * 1024 * 1024));
const digest = digestOf(large);
const methods = (): string[] => registry.requests.map(({ method }) => method);

test('a small blob is sent in one request, a large one is streamed', async () => {
  const small = new TextEncoder().encode('small');
  expect(await uploadBlob(client, 'a', memoryBlob(small, digestOf(small)))).toBe('uploaded');
  expect(methods()).toEqual(['POST', 'PUT']);
  expect(await uploadBlob(client, 'a', memoryBlob(large, digest))).toBe('uploaded');
  expect(methods()).toEqual(['POST', 'PUT', 'POST', 'PATCH', 'PUT']);
  expect(digestOf(registry.blobs.get(digest) as Uint8Array)).toBe(digest);
});

test('a blob that another repository has is mounted: nothing is sent', async () => {
  registry.blobs.set(digest, large);
  expect(await uploadBlob(client, 'a', memoryBlob(large, digest), { mountFrom: 'b' })).toBe('mounted');
  expect(methods()).toEqual(['POST']);
});

test('where mounting is refused the blob is sent', async () => {
  registry.intercept = (request, response) => {
    const refused = request.url?.includes('mount=') ?? false;
    if (refused) end(response, 403);
    return refused;
  };
  expect(await uploadBlob(client, 'a', memoryBlob(large, digest), { mountFrom: 'b' })).toBe('uploaded');
});

test('an upload that is cut midway continues where the registry has it', async () => {
  registry.cutAfter = 2 * 1024 * 1024;
  const sent: (string | undefined)[] = [];
  registry.intercept = (request) => {
    if (request.method === 'PATCH') sent.push(request.headers['content-range']);
    return false;
  };
  expect(await uploadBlob(client, 'a', memoryBlob(large, digest), { baseMs: 1 })).toBe('uploaded');
  expect(digestOf(registry.blobs.get(digest) as Uint8Array)).toBe(digest);
  expect(sent[0]).toBeUndefined();
  expect(sent[1]).toMatch(/^\d{6,}-6291455$/);
  expect(methods().filter((method) => method === 'POST')).toHaveLength(1);
});

test('a registry that forgets a cut upload gets a new one', async () => {
  let patches = 0;
  registry.intercept = async (request, response) => {
    if (request.method === 'GET') {
      end(response, 404);
      return true;
    }
    if (request.method !== 'PATCH') return false;
    patches += 1;
    if (patches > 1) return false;
    await bodyOf(request);
    end(response, 500);
    return true;
  };
  expect(await uploadBlob(client, 'a', memoryBlob(large, digest), { baseMs: 1 })).toBe('uploaded');
  expect(methods().filter((method) => method === 'POST')).toHaveLength(2);
});

test('bytes that are not what the digest names are never completed', async () => {
  const tampered = new Uint8Array(large);
  tampered[5_000_000] = (tampered[5_000_000] as number) ^ 1;
  await expect(uploadBlob(client, 'a', memoryBlob(tampered, digest), { baseMs: 1 })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(methods()).toEqual(['POST', 'PATCH', 'DELETE']);
  const small = new TextEncoder().encode('small');
  await expect(uploadBlob(client, 'a', memoryBlob(small, digest), { baseMs: 1 })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(registry.blobs.size).toBe(0);
});

test('a source that is cut is read again from where it stopped', async () => {
  const base = await startTestRegistry();
  base.blobs.set(digest, large);
  let cut = false;
  base.intercept = (_request, response) => {
    if (cut) return false;
    cut = true;
    response.writeHead(200, { 'content-length': String(large.length) });
    response.write(large.subarray(0, 3_000_000), () => response.destroy());
    return true;
  };
  const source = remoteBlob(createRegistryClient({ endpoint: base.url, retry: { baseMs: 1 } }), 'base', {
    digest,
    size: large.length,
    mediaType: '',
  });
  expect(await uploadBlob(client, 'a', source, { baseMs: 1 })).toBe('uploaded');
  expect(digestOf(registry.blobs.get(digest) as Uint8Array)).toBe(digest);
  await base.close();
});

test('a source with more bytes than it promised is refused', async () => {
  const source: BlobSource = {
    digest,
    size: large.length,
    async *read() {
      yield large;
      yield new Uint8Array(1);
    },
  };
  await expect(uploadBlob(client, 'a', source, { baseMs: 1 })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(registry.blobs.size).toBe(0);
});
