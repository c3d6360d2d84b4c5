import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startEmulator } from '../../start-emulator.ts';
import { s3Of, WITHOUT_CHECKSUMS } from '../../test/s3-client.ts';
import { startProcess } from '../../test/launch-cli.ts';

const directories: string[] = [];
function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'agentcore-local-s3-'));
  directories.push(directory);
  return directory;
}
afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

const Bucket = 'durable';
const blobs = (directory: string) => filesIn(directory).filter((path) => /^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path));
const filesIn = (directory: string) =>
  readdirSync(join(directory, 'objects'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(directory, 'objects').length + 1));
const read = async (s3: S3Client, Key: string) =>
  Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());

test('objects that were answered survive kill -9 during uploads, and nothing half-written stays', async () => {
  const directory = newDirectory();
  const started = (await startProcess(directory))!;
  const s3 = s3Of(started.info, WITHOUT_CHECKSUMS);
  await s3.send(new CreateBucketCommand({ Bucket }));
  const kept = new Map<string, Buffer>();
  let answered = 0;
  const writers = Array.from({ length: 4 }, async (_, lane) => {
    for (let count = 0; ; count += 1) {
      const Key = `${lane}/${count % 3}`;
      const Body = randomBytes(100_000);
      kept.delete(Key);
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      kept.set(Key, Body);
      answered += 1;
    }
  });
  const ended = Promise.allSettled(writers);
  try {
    await expect.poll(() => answered).toBeGreaterThan(40);
  } finally {
    started.cli.child.kill('SIGKILL');
  }
  await Promise.all([ended, started.cli.ended]);
  expect(started.cli.errors()).toBe('');
  // What a crash between a file and its entry would leave.
  mkdirSync(join(directory, 'objects', 'ab'), { recursive: true });
  writeFileSync(join(directory, 'objects', 'ab', 'ab'.repeat(32)), 'nobody needs this');

  const emulator = await startEmulator({ dataDirectory: directory });
  try {
    const after = s3Of(emulator, WITHOUT_CHECKSUMS);
    const { Contents } = await after.send(new ListObjectsV2Command({ Bucket }));
    const found = new Map(await Promise.all(Contents!.map(async ({ Key }) => [Key!, await read(after, Key!)] as const)));
    for (const [key, bytes] of kept) expect(found.get(key)?.equals(bytes)).toBe(true);
    for (const bytes of found.values()) expect(bytes.length).toBe(100_000);
    expect(filesIn(directory).toSorted()).toEqual(blobs(directory).toSorted());
    expect(blobs(directory)).toHaveLength(found.size);
  } finally {
    await emulator.stop();
  }
});

test('an upload that its sender breaks off leaves neither object nor file', async () => {
  const emulator = await startEmulator({ ephemeral: true });
  try {
    const s3 = s3Of(emulator);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const { resolve, promise } = Promise.withResolvers<void>();
    // The SDK signs; the body is cut off below it.
    s3.middlewareStack.add(
      (next) => async (args) => {
        const { method, path, query, headers } = args.request as {
          method: string;
          path: string;
          query: Record<string, string>;
          headers: Record<string, string>;
        };
        if (method !== 'PUT') return next(args);
        const search = new URLSearchParams(query).toString();
        const request = httpRequest(`${emulator.endpoint}${path}?${search}`, { method, headers });
        request.once('error', () => resolve());
        request.write(Buffer.alloc(500_000));
        await once(request.socket ?? (await once(request, 'socket'))[0], 'connect');
        await expect.poll(() => filesIn(emulator.dataDirectory)).toHaveLength(1);
        request.destroy(new Error('gone'));
        throw new Error('broken off');
      },
      { step: 'deserialize', priority: 'low' },
    );
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(1_000_000) }))).rejects.toThrow('broken off');
    await promise;
    await expect.poll(() => filesIn(emulator.dataDirectory)).toEqual([]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  } finally {
    await emulator.stop();
  }
});
