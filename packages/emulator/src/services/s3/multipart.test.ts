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
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { s3Of, WITHOUT_CHECKSUMS } from '../../test/s3-client.ts';

let emulator: Emulator;
let s3: S3Client;
const Bucket = 'parts';
const Key = 'big.zip';
/** Every part but the last needs 5 MiB: they are sent once, and copied for each upload. */
const first = randomBytes(5 * 1024 * 1024);
const second = randomBytes(1000);
const whole = first.length + second.length;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  s3 = s3Of(emulator, WITHOUT_CHECKSUMS);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'five', Body: first }));
});
afterAll(() => emulator.stop());

const files = () =>
  (readdirSync(join(emulator.dataDirectory, 'objects'), { recursive: true }) as string[]).filter((path) => /[0-9a-f]{64}$/.test(path))
    .length;
const begin = async (options: object = {}) => (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }))).UploadId!;
async function upload(UploadId: string, PartNumber: number, Body: Buffer, options: object = {}): Promise<CompletedPart> {
  const sent = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...options }));
  const { $metadata: _, ServerSideEncryption: __, ...part } = sent;
  return { PartNumber, ...part };
}
async function copy(UploadId: string, PartNumber: number, options: object = {}): Promise<CompletedPart> {
  const request = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/five`, ...options };
  const { LastModified: _, ...part } = (await s3.send(new UploadPartCopyCommand(request))).CopyPartResult!;
  return { PartNumber, ...part };
}
const complete = (UploadId: string, Parts: CompletedPart[], options: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...options }));
const bytesOf = async (options: object) =>
  Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key, ...options }))).Body!.transformToByteArray());
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
function crc32Of(...parts: Buffer[]): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(Buffer.concat(parts)));
  return bytes;
}

describe('parts become one object', () => {
  const composite = `${crc32Of(crc32Of(first), crc32Of(second)).toString('base64')}-2`;
  test.each<[{ ChecksumAlgorithm?: string; ChecksumType?: string }, string, string, string | undefined]>([
    // Recorded: S3 takes a CRC-64 of what was begun without an algorithm.
    [{}, 'ChecksumCRC64NVME', 'FULL_OBJECT', undefined],
    [{ ChecksumAlgorithm: 'CRC32' }, 'ChecksumCRC32', 'COMPOSITE', composite],
    [
      { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
      'ChecksumCRC32',
      'FULL_OBJECT',
      crc32Of(first, second).toString('base64'),
    ],
    [{ ChecksumAlgorithm: 'CRC64NVME' }, 'ChecksumCRC64NVME', 'FULL_OBJECT', undefined],
  ])('with %j', async (options, name, type, value) => {
    const UploadId = await begin({ ContentType: 'application/zip', ...options });
    const perPart = options.ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm: options.ChecksumAlgorithm };
    const last = await upload(UploadId, 7, second, perPart);
    await upload(UploadId, 2, second, perPart);
    const again = await copy(UploadId, 2);
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts!.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [2, first.length],
      [7, second.length],
    ]);
    const { ETag, ...completed } = await complete(UploadId, [again, last]);
    expect(ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ETag, ContentType: 'application/zip', ContentLength: whole, ChecksumType: type });
    expect(completed).toMatchObject({ ServerSideEncryption: 'AES256', ChecksumType: type });
    for (const checksums of [completed, head] as Record<string, unknown>[])
      expect(checksums[name]).toEqual(value ?? expect.stringMatching(/^[\w+/]{11}=$/));
    // The parts are gone; the object replaced the one of the case before.
    expect(files()).toBe(2);
  });

  test('whose bytes are read as one, over the seam, and part by part', async () => {
    expect((await bytesOf({})).equals(Buffer.concat([first, second]))).toBe(true);
    const seam = await bytesOf({ Range: `bytes=${first.length - 5}-${first.length + 4}` });
    expect(seam.equals(Buffer.concat([first.subarray(-5), second.subarray(0, 5)]))).toBe(true);
    const part = async (PartNumber: number) => {
      const { ContentRange, PartsCount } = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber }));
      return [ContentRange, PartsCount];
    };
    expect(await part(1)).toEqual([`bytes 0-${first.length - 1}/${whole}`, 2]);
    expect(await part(2)).toEqual([`bytes ${first.length}-${whole - 1}/${whole}`, 2]);
    expect((await bytesOf({ PartNumber: 2 })).equals(second)).toBe(true);
    expect((await failureOf(bytesOf({ PartNumber: 3 }))).name).toBe('InvalidPartNumber');
  });
});

describe('an upload that is completed', () => {
  test('again, as an answer was lost, is answered the same for as long as there is its object', async () => {
    const UploadId = await begin();
    const part = await upload(UploadId, 1, second);
    const { $metadata: _, ...answer } = await complete(UploadId, [part]);
    const { $metadata: __, ...again } = await complete(UploadId, [part]);
    expect(again).toEqual(answer);
    expect((await failureOf(complete(UploadId, [{ ...part, ETag: '0'.repeat(32) }]))).name).toBe('NoSuchUpload');
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }));
    expect((await failureOf(complete(UploadId, [part]))).name).toBe('NoSuchUpload');
    expect((await bytesOf({})).toString()).toBe('other');
  });

  test('is refused unless it is as the request says, and stays to be completed', async () => {
    const UploadId = await begin({ ChecksumAlgorithm: 'SHA256' });
    const part = await upload(UploadId, 1, second, { ChecksumAlgorithm: 'SHA256' });
    const { ChecksumSHA256: sum, ...bare } = part;
    const refuse = async (parts: CompletedPart[], options: object = {}) => {
      const { name, message } = await failureOf(complete(UploadId, parts, options));
      return `${name}: ${message}`;
    };
    // The messages are recorded.
    expect(await refuse([bare])).toBe(
      'InvalidRequest: The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
    );
    expect(await refuse([{ ...part, ChecksumSHA256: createHash('sha256').digest('base64') }])).toMatch(/^InvalidPart:/);
    expect(await refuse([part], { MpuObjectSize: 5 })).toBe(
      `InvalidRequest: The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: ${second.length}`,
    );
    expect(await refuse([part], { ChecksumType: 'FULL_OBJECT' })).toMatch(/^InvalidRequest: The upload was created using the COMPOSITE/);
    expect(await refuse([part], { ChecksumSHA256: sum })).toMatch(/^BadDigest:/);
    expect(await refuse([part], { ChecksumCRC32: 'AAAAAA==' })).toMatch(/^BadDigest:/);
    const ofParts = createHash('sha256').update(Buffer.from(sum!, 'base64')).digest('base64');
    const done = await complete(UploadId, [part], { ChecksumSHA256: `${ofParts}-1`, MpuObjectSize: second.length });
    expect(done.ChecksumSHA256).toBe(`${ofParts}-1`);
  });

  test('takes the checksum of the whole object, and refuses a wrong one', async () => {
    const UploadId = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const part = await upload(UploadId, 1, second, { ChecksumAlgorithm: 'CRC32' });
    const wrong = { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'AAAAAA==' };
    expect((await failureOf(complete(UploadId, [part], wrong))).name).toBe('BadDigest');
    const ChecksumCRC32 = crc32Of(second).toString('base64');
    // Recorded: without its type it is taken for the other one.
    expect((await failureOf(complete(UploadId, [part], { ChecksumCRC32 }))).name).toBe('BadDigest');
    expect((await complete(UploadId, [part], { ChecksumType: 'FULL_OBJECT', ChecksumCRC32 })).ChecksumCRC32).toBe(ChecksumCRC32);
  });

  test('on a condition conflicts with what happened since it was begun', async () => {
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    const { ETag } = await put('before');
    const onNothing = await begin();
    const onThis = await begin();
    const parts = [await upload(onNothing, 1, second), await upload(onThis, 1, second)];
    const none = { IfNoneMatch: '*' };
    expect((await failureOf(complete(onNothing, [parts[0]!], none))).name).toBe('PreconditionFailed');
    expect((await failureOf(complete(onThis, [parts[1]!], { IfMatch: '"0"' }))).name).toBe('PreconditionFailed');
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await failureOf(complete(onNothing, [parts[0]!], none))).name).toBe('ConditionalRequestConflict');
    expect((await failureOf(complete(onThis, [parts[1]!], { IfMatch: ETag }))).name).toBe('NoSuchKey');
    await put('before');
    expect((await failureOf(complete(onThis, [parts[1]!], { IfMatch: ETag }))).name).toBe('ConditionalRequestConflict');
    const anew = await begin();
    await complete(anew, [await upload(anew, 1, second)], { IfMatch: ETag });
    expect((await bytesOf({})).equals(second)).toBe(true);
    for (const UploadId of [onNothing, onThis]) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  });
});

test.each<[string, object, string]>([
  ['a type of checksum without an algorithm', { ChecksumType: 'COMPOSITE' }, 'InvalidRequest'],
  ['a type that is none', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'HALF' }, 'InvalidRequest'],
  ['a type that the algorithm has not', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }, 'InvalidRequest'],
  ['an algorithm that is none', { ChecksumAlgorithm: 'MD7' }, 'InvalidRequest'],
  ['an algorithm that is not here', { ChecksumAlgorithm: 'XXHASH3' }, 'NotImplemented'],
])('an upload is not begun with %s', async (_case, options, name) => {
  expect((await failureOf(begin(options))).name).toBe(name);
});

test('a part has the algorithm that its upload was begun with', async () => {
  const UploadId = await begin({ ChecksumAlgorithm: 'SHA256' });
  const { name, message } = await failureOf(upload(UploadId, 1, second, { ChecksumAlgorithm: 'CRC32' }));
  expect([name, message]).toEqual([
    'InvalidRequest',
    'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  ]);
  expect((await failureOf(upload(UploadId, 1, second))).message).toContain('actual checksum Type: null');
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
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

test('uploads are listed by key and age, on pages that go on when what they ended with is gone', async () => {
  const other = 'lists-of-uploads';
  await s3.send(new CreateBucketCommand({ Bucket: other }));
  const made: string[] = [];
  for (const name of ['a', 'a', 'b']) made.push((await s3.send(new CreateMultipartUploadCommand({ Bucket: other, Key: name }))).UploadId!);
  const list = (options: object) => s3.send(new ListMultipartUploadsCommand({ Bucket: other, MaxUploads: 1, ...options }));
  const seen: string[] = [];
  let page = await list({});
  expect(page).toMatchObject({ IsTruncated: true, MaxUploads: 1, KeyMarker: '', NextKeyMarker: 'a', NextUploadIdMarker: made[0] });
  expect(page.Uploads![0]).toMatchObject({ Owner: { ID: emulator.accountId }, Initiator: { ID: expect.stringContaining('arn:aws:iam:') } });
  for (;;) {
    for (const { Key: name, UploadId } of page.Uploads ?? []) {
      seen.push(UploadId!);
      await s3.send(new AbortMultipartUploadCommand({ Bucket: other, Key: name, UploadId }));
    }
    if (!page.IsTruncated) break;
    page = await list({ KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
  }
  expect(seen).toEqual(made);
});

test('parts are listed with their owners, and without checksums that nobody asked for', async () => {
  const UploadId = await begin();
  const empty = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(empty).toMatchObject({ Owner: { ID: emulator.accountId }, NextPartNumberMarker: '0', IsTruncated: false });
  const { ChecksumCRC32 } = await upload(UploadId, 1, second, { ChecksumAlgorithm: 'CRC32' });
  expect(ChecksumCRC32).toBe(crc32Of(second).toString('base64'));
  const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(Object.keys(Parts![0]!).toSorted()).toEqual(['ETag', 'LastModified', 'PartNumber', 'Size']);
  expect(Parts![0]!.LastModified!.getMilliseconds()).toBe(0);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
});

test('parts that are missing, out of order, too small or not those that were sent are refused', async () => {
  const UploadId = await begin();
  const one = await upload(UploadId, 1, randomBytes(1000));
  const two = await upload(UploadId, 2, randomBytes(1000));
  const refuse = (...parts: CompletedPart[]) => failureOf(complete(UploadId, parts));
  const etag = (part: CompletedPart) => part.ETag!.replaceAll('"', '');
  // The members are recorded.
  expect(await refuse(two, one)).toMatchObject({ name: 'InvalidPartOrder', UploadId });
  expect(await refuse(one, { ...two, PartNumber: 3 })).toMatchObject({ name: 'InvalidPart', UploadId, PartNumber: '3', ETag: etag(two) });
  expect((await refuse({ ...one, ETag: two.ETag })).name).toBe('InvalidPart');
  const small = { name: 'EntityTooSmall', ETag: etag(one), PartNumber: '1', ProposedSize: '1000', MinSizeAllowed: '5242880' };
  expect(await refuse(one, two)).toMatchObject(small);
  expect((await failureOf(upload(UploadId, 0, second))).name).toBe('InvalidArgument');
  expect((await failureOf(upload('none', 1, second))).name).toBe('NoSuchUpload');
  await complete(UploadId, [one]);
});

describe('parts are copied from an object that is there', () => {
  test.each([{}, { ChecksumAlgorithm: 'SHA256' as const }])('with %j', async (options) => {
    const UploadId = await begin(options);
    const one = await copy(UploadId, 1);
    expect(one.ETag).toBe(`"${md5(first).toString('hex')}"`);
    const two = await copy(UploadId, 2, { CopySourceRange: 'bytes=10-19' });
    expect(two.ETag).toBe(`"${md5(first.subarray(10, 20)).toString('hex')}"`);
    await complete(UploadId, [one, two]);
    expect((await bytesOf({ Range: 'bytes=-12' })).equals(Buffer.concat([first.subarray(-2), first.subarray(10, 20)]))).toBe(true);
  });

  test('from ranges that it has', async () => {
    const UploadId = await begin();
    const refuse = async (CopySourceRange: string) => (await failureOf(copy(UploadId, 1, { CopySourceRange }))).name;
    for (const range of ['bytes=5-', 'bytes=-5', 'bytes=2-1', '0-1', `bytes=0-${first.length}`])
      expect(await refuse(range)).toBe('InvalidArgument');
    // Recorded: beyond its end is another mistake.
    expect(await refuse(`bytes=${first.length}-${first.length}`)).toBe('InvalidRequest');
    expect((await failureOf(copy(UploadId, 1, { CopySource: `${Bucket}/none` }))).name).toBe('NoSuchKey');
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  });
});

test('an object that came in one piece, or was copied, is its own and only part', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'text' }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` }));
  const head = (name: string, options: object) => s3.send(new HeadObjectCommand({ Bucket, Key: name, ...options }));
  const plain = await head('plain', { PartNumber: 1 });
  expect([plain.ContentLength, plain.ContentRange, plain.PartsCount]).toEqual([4, 'bytes 0-3/4', undefined]);
  const { ETag: ofParts } = await head(Key, {});
  const copied = await head('copy', { PartNumber: 1 });
  expect([ofParts, copied.ETag, copied.PartsCount]).toEqual([
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
