import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { s3Of } from '../../test/s3-client.ts';
import { openObject } from './body/read-object.ts';

let emulator: Emulator;
let s3: S3Client;
const faults: unknown[] = [];
const Bucket = 'damaged';
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, onFault: (error) => faults.push(error) });
  s3 = s3Of(emulator);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => emulator.stop());

/** Puts an object, and answers where its bytes are. */
async function put(Key: string, Body: string): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const digest = createHash('sha256').update(Body).digest('hex');
  return join(emulator.dataDirectory, 'objects', digest.slice(0, 2), digest);
}

test.each<[string, (path: string) => void, string]>([
  ['is missing', (path) => rmSync(path), 'is missing; expected 20 bytes'],
  ['is cut off', (path) => truncateSync(path, 7), 'has 7 bytes; expected 20 bytes'],
])('an object whose file %s is neither read nor copied, and the error says what to do', async (Key, damage, text) => {
  const path = await put(Key, Key.padEnd(20));
  damage(path);
  faults.length = 0;
  const read = [{ Key }, { Key, Range: 'bytes=0-1' }].map((options) => () => s3.send(new GetObjectCommand({ Bucket, ...options })));
  const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}`, ChecksumAlgorithm: 'SHA256' } as const;
  for (const call of [...read, () => s3.send(new CopyObjectCommand(copy))]) {
    const { name, message, $metadata } = await failureOf(call());
    expect([name, $metadata?.httpStatusCode]).toEqual(['InternalError', 500]);
    expect(message).toContain(`The file of an S3 object, ${path}, ${text}. Restore the data directory`);
  }
  expect(faults).toMatchObject(Array.from({ length: 3 }, () => ({ name: 'EmulatorError', code: 'STATE_DAMAGED' })));
  expect((await failureOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' })))).$metadata?.httpStatusCode).toBe(404);
  // As the message says, it can be deleted and put again.
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await put(Key, Key.padEnd(20));
  expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()).toBe(Key.padEnd(20));
});

test('a file that is cut off while it is read breaks the stream off, so that nobody waits for the rest', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agentcore-local-s3-'));
  try {
    const path = join(directory, 'file');
    writeFileSync(path, '0123456');
    const objects = { path: () => path, size: async () => 10, open: (_: string, range?: object) => createReadStream(path, range) };
    const stream = await openObject({ objects: objects as never }, { digest: '', size: 10 });
    const read: string[] = [];
    await expect(
      (async () => {
        for await (const chunk of stream) read.push(String(chunk));
      })(),
    ).rejects.toThrow('has 7 bytes; expected 10 bytes');
    expect(read).toEqual(['0123456']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
