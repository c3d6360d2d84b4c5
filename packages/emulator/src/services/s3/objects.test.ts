import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { randomBytes, createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { makeBucket, s3Of } from '../../test/s3-client.ts';

let emulator: Emulator;
let s3: S3Client;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  s3 = s3Of(emulator);
});
afterAll(() => emulator.stop());

const files = () =>
  (readdirSync(join(emulator.dataDirectory, 'objects'), { recursive: true }) as string[]).filter((path) => /[0-9a-f]{64}$/.test(path))
    .length;

async function put(Bucket: string, Key: string, Body: string | Buffer = Key) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function get(Bucket: string, Key: string, options: object = {}): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...options }));
  return Body!.transformToString();
}

describe('buckets', () => {
  test('are made, found, listed and deleted', async () => {
    const Bucket = await makeBucket(s3);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-west-2');
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('us-west-2');
    expect((await s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name)).toContain(Bucket);
    expect(emulator.inventory()).toContainEqual({
      accountId: '123456789012',
      region: 'us-west-2',
      type: 's3:bucket',
      id: Bucket,
      arn: `arn:aws:s3:::${Bucket}`,
    });
    await s3.send(new DeleteBucketCommand({ Bucket }));
    const missing = await failureOf(s3.send(new HeadBucketCommand({ Bucket })));
    expect([missing.name, missing.$metadata?.httpStatusCode]).toEqual(['NotFound', 404]);
    expect((await failureOf(s3.send(new ListObjectsV2Command({ Bucket })))).name).toBe('NoSuchBucket');
  });
});

test('ListBuckets gives pages, and those of a prefix or a region', async () => {
  const made = ['page-a', 'page-b', 'page-c'];
  for (const Bucket of made) await s3.send(new CreateBucketCommand({ Bucket }));
  const first = await s3.send(new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2 }));
  const rest = await s3.send(new ListBucketsCommand({ Prefix: 'page-', MaxBuckets: 2, ContinuationToken: first.ContinuationToken }));
  expect([first, rest].map(({ Buckets }) => Buckets!.map(({ Name }) => Name))).toEqual([['page-a', 'page-b'], ['page-c']]);
  expect(rest.ContinuationToken).toBeUndefined();
  expect((await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }))).Buckets ?? []).toEqual([]);
  expect((await failureOf(s3.send(new ListBucketsCommand({ MaxBuckets: 0 })))).name).toBe('InvalidArgument');
});

describe('objects', () => {
  test('come back as they were put, with what was said of them', async () => {
    const Bucket = await makeBucket(s3);
    const Body = randomBytes(300_000);
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket, Key: 'a/ü +?&.zip', Body, ContentType: 'application/zip', Metadata: { who: 'me' } }),
    );
    expect(ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/ü +?&.zip', ChecksumMode: 'ENABLED' }));
    expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(Body)).toBe(true);
    expect(answer).toMatchObject({ ContentType: 'application/zip', Metadata: { who: 'me' }, ETag, ContentLength: 300_000 });
    expect(answer.ChecksumCRC32).toBeTruthy();
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/ü +?&.zip' }));
    expect(head).toMatchObject({ ContentLength: 300_000, ContentType: 'application/zip', ETag });
  });

  test('that are streamed arrive whole', async () => {
    const Bucket = await makeBucket(s3);
    const Body = randomBytes(1_000_000);
    const parts = Array.from({ length: 10 }, (_, index) => Body.subarray(index * 100_000, (index + 1) * 100_000));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from(parts), ContentLength: Body.length }));
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(Body)).toBe(true);
  });

  test('leave no file when they are deleted or replaced, unless others have the same bytes', async () => {
    const Bucket = await makeBucket(s3);
    const before = files();
    await put(Bucket, 'a', 'same bytes');
    await put(Bucket, 'b', 'same bytes');
    expect(files()).toBe(before + 1);
    await put(Bucket, 'a', 'other bytes');
    expect(files()).toBe(before + 2);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await get(Bucket, 'b')).toBe('same bytes');
    expect((await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).name).toBe('BucketNotEmpty');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    expect(files()).toBe(before);
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  test('are read in parts, and on conditions', async () => {
    const Bucket = await makeBucket(s3);
    const { ETag } = await put(Bucket, 'k', '0123456789');
    expect(await get(Bucket, 'k', { Range: 'bytes=2-4' })).toBe('234');
    expect(await get(Bucket, 'k', { Range: 'bytes=-3' })).toBe('789');
    expect(await get(Bucket, 'k', { Range: 'bytes=8-' })).toBe('89');
    expect((await failureOf(get(Bucket, 'k', { Range: 'bytes=10-' }))).name).toBe('InvalidRange');
    expect(await get(Bucket, 'k', { IfMatch: ETag })).toBe('0123456789');
    expect((await failureOf(get(Bucket, 'k', { IfMatch: '"0"' }))).name).toBe('PreconditionFailed');
    expect((await failureOf(get(Bucket, 'k', { IfNoneMatch: ETag }))).$metadata?.httpStatusCode).toBe(304);
    expect((await failureOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' })))).name).toBe(
      'PreconditionFailed',
    );
  });
});

describe('ListObjectsV2', () => {
  test('gives pages, folders and prefixes in the order of bytes', async () => {
    const Bucket = await makeBucket(s3);
    for (const key of ['b/1', 'b/2', 'a', 'c', 'b/3/4', 'ü', 'b-']) await put(Bucket, key);
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken }));
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key!), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!));
      expect(page.KeyCount).toBeLessThanOrEqual(2);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(['a', 'b-', 'c', 'b/', 'ü']);
    const inside = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', Delimiter: '/' }));
    expect(inside.Contents!.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
    expect(inside.CommonPrefixes).toEqual([{ Prefix: 'b/3/' }]);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'b/2', EncodingType: 'url' }));
    expect(after.Contents!.map(({ Key }) => Key)).toEqual(['b/3/4', 'c', '%C3%BC']);
  });
});
