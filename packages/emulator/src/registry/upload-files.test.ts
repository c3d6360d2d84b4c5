import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUploadFiles } from './upload-files.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uploads-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const sha256 = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const from = (bytes: Buffer) => Readable.from([bytes]);

test('the digest is known without reading the file again, as long as every byte passed by', async () => {
  const files = createUploadFiles(directory);
  const id = await files.create();
  const bytes = randomBytes(1000);
  await files.append(id, from(bytes.subarray(0, 400)));
  await files.append(id, from(bytes.subarray(400)), 400);
  expect(await files.exclusively(id, async (_file, digest) => digest)).toBe(sha256(bytes));
  // Another process knows nothing of what was before.
  const later = createUploadFiles(directory);
  await later.append(id, from(Buffer.from('x')));
  expect(await later.exclusively(id, async (_file, digest) => digest)).toBeUndefined();
});

test('after a sender that broke off, the digest is either right or unknown', async () => {
  for (let round = 0; round < 30; round += 1) {
    const files = createUploadFiles(directory);
    const id = await files.create();
    // Like a request, it says nothing to nobody when it breaks off before somebody listens.
    const source = new PassThrough().on('error', () => {});
    const broken = files.append(id, source).catch(() => 'broken');
    source.write(randomBytes(100_000));
    // Broken off at another moment in each round.
    for (let turn = 0; turn < round % 6; turn += 1) await new Promise(setImmediate);
    source.destroy(new Error('gone'));
    expect(await broken).toBe('broken');
    const start = (await files.size(id))!;
    await files.append(id, from(randomBytes(100_000 - start)), start);
    const [digest, content] = await files.exclusively(id, async (file, digest) => [digest, await readFile(file)] as const);
    if (digest !== undefined) expect(digest).toBe(sha256(content));
    expect(content.length).toBe(100_000);
  }
});

test('an append that does not fit says how many bytes are there', async () => {
  const files = createUploadFiles(directory);
  const id = await files.create();
  await files.append(id, from(Buffer.alloc(7)));
  await expect(files.append(id, from(Buffer.alloc(1)), 3)).rejects.toMatchObject({ name: 'OffsetMismatch', size: 7 });
});

test('only names that it made reach the disk', async () => {
  const files = createUploadFiles(directory);
  await expect(files.size('../../etc/passwd')).rejects.toThrow(TypeError);
});
