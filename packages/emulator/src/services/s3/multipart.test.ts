import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let s3: S3Client;
const Bucket = 'parts';
const Key = 'big.zip';
const MiB = 1024 * 1024;
const first = randomBytes(5 * MiB);
const second = randomBytes(MiB);
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  ({ s3 } = clientsOf(emulator));
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => emulator.stop());

const files = () =>
  (readdirSync(join(emulator.dataDirectory, 'objects'), { recursive: true }) as string[]).filter((path) => /[0-9a-f]{64}$/.test(path))
    .length;
const begin = async (options: object = {}) => (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }))).UploadId!;
async function upload(UploadId: string, PartNumber: number, Body: Buffer, options: object = {}) {
  const {
    $metadata: _,
    ServerSideEncryption: __,
    ...part
  } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...options }));
  return { PartNumber, ...part };
}
const complete = (UploadId: string, Parts: object[]) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

test.each([
  [{}, undefined],
  [{ ChecksumAlgorithm: 'CRC32' }, 'COMPOSITE'],
  [{ ChecksumAlgorithm: 'CRC64NVME' }, 'FULL_OBJECT'],
  [{ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }, 'FULL_OBJECT'],
])('parts become one object, with %j', async (options: { ChecksumAlgorithm?: string }, type) => {
  const UploadId = await begin({ ContentType: 'application/zip', ...options });
  const perPart = options.ChecksumAlgorithm === 'CRC32' ? options : {};
  const last = await upload(UploadId, 7, second, perPart);
  await upload(UploadId, 2, second, perPart);
  const again = await upload(UploadId, 2, first, perPart);
  const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(Parts!.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [2, first.length],
    [7, second.length],
  ]);
  const { ETag } = await complete(UploadId, [again, last]);
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
  expect(ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`);
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  expect(answer).toMatchObject({ ETag, ContentType: 'application/zip' });
  expect(answer.ChecksumType).toBe(type);
  expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(Buffer.concat([first, second]))).toBe(true);
  const part = async (PartNumber: number) => {
    const { Body, ContentRange, PartsCount } = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber }));
    return { ContentRange, PartsCount, bytes: Buffer.from(await Body!.transformToByteArray()) };
  };
  const whole = first.length + second.length;
  expect(await part(1)).toEqual({ ContentRange: `bytes 0-${first.length - 1}/${whole}`, PartsCount: 2, bytes: first });
  expect(await part(2)).toEqual({ ContentRange: `bytes ${first.length}-${whole - 1}/${whole}`, PartsCount: 2, bytes: second });
  expect((await failureOf(part(3))).name).toBe('InvalidPartNumber');
  // The parts are gone; the object replaced the one of the case before.
  expect(files()).toBe(1);
  expect((await failureOf(complete(UploadId, [again, last]))).name).toBe('NoSuchUpload');
});

test('an upload that is aborted leaves nothing', async () => {
  const before = files();
  const UploadId = await begin();
  await upload(UploadId, 1, randomBytes(1000));
  expect(files()).toBe(before + 1);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([{ Key, UploadId }]);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(files()).toBe(before);
  expect((await failureOf(upload(UploadId, 1, second))).name).toBe('NoSuchUpload');
});

test('parts that are missing, out of order, too small or not those that were sent are refused', async () => {
  const UploadId = await begin();
  const one = await upload(UploadId, 1, randomBytes(1000));
  const two = await upload(UploadId, 2, randomBytes(1000));
  expect((await failureOf(complete(UploadId, [two, one]))).name).toBe('InvalidPartOrder');
  expect((await failureOf(complete(UploadId, [one, { ...two, PartNumber: 3 }]))).name).toBe('InvalidPart');
  expect((await failureOf(complete(UploadId, [{ ...one, ETag: two.ETag }]))).name).toBe('InvalidPart');
  expect((await failureOf(complete(UploadId, [one, two]))).name).toBe('EntityTooSmall');
  expect((await failureOf(upload(UploadId, 0, second))).name).toBe('InvalidArgument');
  expect((await failureOf(upload('none', 1, second))).name).toBe('NoSuchUpload');
  await complete(UploadId, [one]);
});

test.each([{}, { ChecksumAlgorithm: 'SHA256' as const }])('parts are copied from an object that is there, with %j', async (options) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: Buffer.concat([first, second]) }));
  const UploadId = await begin(options);
  const copy = async (PartNumber: number, CopySourceRange?: string) => {
    const request = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/source`, ...(CopySourceRange && { CopySourceRange }) };
    const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(request));
    return {
      PartNumber,
      ETag: CopyPartResult?.ETag,
      ...(CopyPartResult?.ChecksumSHA256 && { ChecksumSHA256: CopyPartResult.ChecksumSHA256 }),
    };
  };
  const one = await copy(1, `bytes=0-${first.length - 1}`);
  expect(one.ETag).toBe(`"${createHash('md5').update(first).digest('hex')}"`);
  const two = await copy(2);
  for (const range of ['bytes=5-', 'bytes=-5', 'bytes=2-1', `bytes=0-${first.length + second.length}`, 'bytes=99999999-99999999'])
    expect((await failureOf(copy(3, range))).name).toMatch(/^Invalid(?:Argument|Range)$/);
  await complete(UploadId, [one, two]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from(await Body!.transformToByteArray()).equals(Buffer.concat([first, first, second]))).toBe(true);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'source' }));
  expect((await failureOf(copy(1))).name).toBe('NoSuchKey');
  // The source has gone, and the parts, as they were put together.
  expect(files()).toBe(1);
});

test('an object that came in one piece, or was copied, is its own and only part', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'text' }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` }));
  const head = (name: string, options: object) => s3.send(new HeadObjectCommand({ Bucket, Key: name, ...options }));
  const plain = await head('plain', { PartNumber: 1 });
  expect([plain.ContentLength, plain.ContentRange, plain.PartsCount]).toEqual([4, 'bytes 0-3/4', undefined]);
  const { ETag: ofParts } = await head(Key, {});
  const copy = await head('copy', { PartNumber: 1 });
  expect([ofParts, copy.ETag, copy.PartsCount]).toEqual([
    expect.stringMatching(/-\d+"$/),
    expect.stringMatching(/^"[0-9a-f]{32}"$/),
    undefined,
  ]);
  const refused = [{ PartNumber: 2 }, { PartNumber: 0 }, { PartNumber: 1, Range: 'bytes=0-1' }].map(async (options) => {
    return (await failureOf(s3.send(new GetObjectCommand({ Bucket, Key: 'plain', ...options })))).name;
  });
  expect(await Promise.all(refused)).toEqual(['InvalidPartNumber', 'InvalidArgument', 'InvalidRequest']);
});

test('a bucket that has only begun uploads can go, and their bytes with it', async () => {
  const other = 'only-begun';
  await s3.send(new CreateBucketCommand({ Bucket: other }));
  const before = files();
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: other, Key }));
  await s3.send(new UploadPartCommand({ Bucket: other, Key, UploadId, PartNumber: 1, Body: randomBytes(1000) }));
  await s3.send(new DeleteBucketCommand({ Bucket: other }));
  expect(files()).toBe(before);
});
