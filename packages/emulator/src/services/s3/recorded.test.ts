import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { makeBucket, s3Of, WITHOUT_CHECKSUMS } from '../../test/s3-client.ts';
import { send } from './fixture-upload.ts';

// What Amazon S3 answered when public test suites were recorded against it.

let emulator: Emulator;
let s3: S3Client;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  s3 = s3Of(emulator);
});
afterAll(() => emulator.stop());

const put = (Bucket: string, options: object = {}) => s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789', ...options }));
const head = (Bucket: string, options: object = {}) =>
  s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED', ...options }));
const crc = (text: string) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};
const tomorrow = () => new Date(Date.now() + 86_400_000);

describe('DeleteObject', () => {
  test('deletes only what If-Match names', async () => {
    const Bucket = await makeBucket(s3);
    const { ETag } = await put(Bucket);
    const remove = (options: object) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', ...options }));
    expect(await failureOf(remove({ IfMatch: 'badvalue' }))).toMatchObject({ name: 'PreconditionFailed', Condition: 'If-Match' });
    const refused = await failureOf(remove({ IfMatchSize: 10 }));
    expect(refused).toMatchObject({ name: 'NotImplemented', Header: 'x-amz-if-match-size', $metadata: { httpStatusCode: 501 } });
    expect((await failureOf(remove({ IfMatchLastModifiedTime: new Date() }))).name).toBe('NotImplemented');
    expect((await head(Bucket)).ETag).toBe(ETag);
    const { Deleted, Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', ETag: 'bad' }, { Key: 'none' }] } }),
    );
    expect([Deleted, Errors]).toMatchObject([[{ Key: 'none' }], [{ Key: 'k', Code: 'PreconditionFailed' }]]);
    await remove({ IfMatch: ETag });
    expect((await failureOf(remove({ IfMatch: '*' }))).name).toBe('NoSuchKey');
  });

  test('refuses a version that cannot be, and retention that is not there', async () => {
    const VersionId = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD';
    for (const Bucket of [await makeBucket(s3), await makeBucket(s3, 'Enabled')]) {
      await put(Bucket);
      const remove = (options: object) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', ...options }));
      expect((await failureOf(remove({ VersionId: 'none' }))).name).toBe('InvalidArgument');
      const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', VersionId: 'none' }] } }));
      expect(Errors).toMatchObject([{ Key: 'k', Code: 'NoSuchVersion' }]);
      expect((await failureOf(remove({ BypassGovernanceRetention: true }))).message).toContain('only applicable to Object Lock enabled');
    }
    const unversioned = await makeBucket(s3);
    expect((await failureOf(s3.send(new DeleteObjectCommand({ Bucket: unversioned, Key: 'k', VersionId })))).name).toBe('InvalidArgument');
  });
});

describe('conditions', () => {
  test('on writes that S3 does not take are refused', async () => {
    const Bucket = await makeBucket(s3);
    const { ETag } = await put(Bucket);
    for (const [options, Header] of [
      [{ IfMatch: ETag, IfNoneMatch: '*' }, 'If-Match,If-None-Match'],
      [{ IfNoneMatch: ETag }, 'If-None-Match'],
      [{ IfMatch: '*' }, 'If-Match'],
    ] as const)
      expect(await failureOf(put(Bucket, options))).toMatchObject({ name: 'NotImplemented', Header });
  });

  test('of a time to come are ignored, and a copy says which failed', async () => {
    const Bucket = await makeBucket(s3);
    const { ETag } = await put(Bucket);
    await head(Bucket, { IfModifiedSince: tomorrow() });
    const copy = (options: object) => s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/k`, ...options }));
    await copy({ CopySourceIfModifiedSince: tomorrow() });
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const [options, Condition] of [
      [{ CopySourceIfMatch: 'x' }, 'x-amz-copy-source-If-Match'],
      [{ CopySourceIfNoneMatch: ETag }, 'x-amz-copy-source-If-None-Match'],
      [{ CopySourceIfUnmodifiedSince: yesterday }, 'x-amz-copy-source-If-Unmodified-Since'],
    ] as const)
      expect(await failureOf(copy(options))).toMatchObject({ name: 'PreconditionFailed', Condition });
  });
});

describe('CopyObject', () => {
  test('onto itself needs a change, which a storage class or an encryption is', async () => {
    const Bucket = await makeBucket(s3);
    await put(Bucket, { Metadata: { a: 'b' } });
    const copy = (options: object) => s3.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k`, ...options }));
    expect((await failureOf(copy({}))).name).toBe('InvalidRequest');
    expect((await failureOf(copy({ ChecksumAlgorithm: 'SHA256' }))).name).toBe('InvalidRequest');
    await copy({ StorageClass: 'STANDARD_IA' });
    expect(await head(Bucket)).toMatchObject({ StorageClass: 'STANDARD_IA', Metadata: { a: 'b' } });
    await copy({ ServerSideEncryption: 'AES256' });
    expect((await head(Bucket)).StorageClass).toBeUndefined();
  });

  test('takes the checksum that is asked for, else that of the source', async () => {
    const Bucket = await makeBucket(s3);
    await put(Bucket);
    const copy = (options: object) => s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/k`, ...options }));
    const { CopyObjectResult: same, ServerSideEncryption } = await copy({});
    expect([same!.ChecksumCRC32, same!.ChecksumType, ServerSideEncryption]).toEqual([crc('0123456789'), 'FULL_OBJECT', 'AES256']);
    expect(same!.LastModified!.getMilliseconds()).toBe(0);
    const { CopyObjectResult: asked } = await copy({ ChecksumAlgorithm: 'SHA256' });
    const expected = createHash('sha256').update('0123456789').digest('base64');
    expect([asked!.ChecksumSHA256, asked!.ChecksumCRC32]).toEqual([expected, undefined]);
    expect((await head(Bucket, { Key: 'to' })).ChecksumSHA256).toBe(expected);
  });

  test('reads + in the name of its source as a space, and names no version that the source never had', async () => {
    const Bucket = await makeBucket(s3);
    await put(Bucket, { Key: 'a b' });
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const copy = (CopySource: string) => s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    expect((await copy(`${Bucket}%2Fa+b`)).CopySourceVersionId).toBeUndefined();
    expect((await copy(`${Bucket}/a%20b?versionId=null`)).CopySourceVersionId).toBe('null');
  });
});

describe('checksums', () => {
  test('of what comes without one are CRC64NVME', async () => {
    const Bucket = await makeBucket(s3);
    const plain = s3Of(emulator, WITHOUT_CHECKSUMS);
    await plain.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789' }));
    expect(await head(Bucket)).toMatchObject({ ChecksumCRC64NVME: 'rosUhgp5mIg=', ChecksumType: 'FULL_OBJECT' });
    plain.destroy();
  });

  test('are answered with a range that is the whole', async () => {
    const Bucket = await makeBucket(s3);
    await put(Bucket);
    expect((await head(Bucket, { Range: 'bytes=0-100' })).ChecksumCRC32).toBe(crc('0123456789'));
    expect((await head(Bucket, { Range: 'bytes=0-8' })).ChecksumCRC32).toBeUndefined();
  });

  test('that differ are told, that of Content-MD5 in hexadecimal', async () => {
    const Bucket = await makeBucket(s3);
    const refused = await failureOf(put(Bucket, { ContentMD5: 'CYketZBSTjX8czcs3cXVlg==' }));
    expect(refused).toMatchObject({ name: 'BadDigest', ExpectedDigest: '09891eb590524e35fc73372cddc5d596' });
  });
});

describe('encryption', () => {
  const encrypt = (Bucket: string, ...Rules: ServerSideEncryptionRule[]) =>
    s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  const rule = (SSEAlgorithm: 'AES256' | 'aws:kms', KMSMasterKeyID?: string) => ({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID },
    BucketKeyEnabled: true,
  });

  test('of a bucket is that of its objects, unless they say otherwise', async () => {
    const Bucket = await makeBucket(s3);
    await encrypt(Bucket, rule('aws:kms', 'key-1'));
    const ofBucket = {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: `arn:aws:kms:us-west-2:${emulator.accountId}:key/key-1`,
      BucketKeyEnabled: true,
    };
    expect(await put(Bucket)).toMatchObject(ofBucket);
    expect(await head(Bucket)).toMatchObject(ofBucket);
    const SSEKMSKeyId = 'arn:aws:kms:us-west-2:111122223333:key/key-2';
    const own = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled: false } as const;
    const { BucketKeyEnabled, ...answer } = await put(Bucket, own);
    expect([answer, BucketKeyEnabled]).toMatchObject([{ SSEKMSKeyId }, undefined]);
    expect((await put(Bucket, { ServerSideEncryption: 'AES256' })).SSEKMSKeyId).toBeUndefined();
  });

  test('that cannot be is refused', async () => {
    const Bucket = await makeBucket(s3);
    expect((await failureOf(encrypt(Bucket, rule('AES256'), rule('AES256')))).name).toBe('MalformedXML');
    expect((await failureOf(encrypt(Bucket, rule('AES256', 'x')))).name).toBe('InvalidArgument');
    expect((await failureOf(put(Bucket, { SSEKMSKeyId: 'x' }))).name).toBe('InvalidArgument');
    const alias = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/a' };
    expect((await failureOf(put(Bucket, alias))).name).toBe('NotImplemented');
  });
});

describe('tags', () => {
  test.each([
    ['<Tag><Key>a</Key></Tag>', 'MalformedXML'],
    ['<Tag><Value>a</Value></Tag>', 'MalformedXML'],
    ['<Tag><Key></Key><Value>a</Value></Tag>', 'InvalidTag'],
  ])('%s is %s', async (tag, code) => {
    const path = `/${await makeBucket(s3)}`;
    const { text } = await send(emulator, { path, query: 'tagging=', body: `<Tagging><TagSet>${tag}</TagSet></Tagging>` });
    expect(text).toContain(`<Code>${code}</Code>`);
  });

  test('are none without a TagSet, and refused in a header that names one twice', async () => {
    const Bucket = await makeBucket(s3);
    expect((await send(emulator, { path: `/${Bucket}`, query: 'tagging=', body: '<Tagging/>' })).status).toBe(204);
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
    for (const Tagging of ['key1=val1&key1=val2', 'key1=val1,key2=val2'])
      expect(await failureOf(put(Bucket, { Tagging }))).toMatchObject({ name: 'InvalidArgument', ArgumentName: 'x-amz-tagging' });
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  test('of what was deleted are another mistake than those of what is missing', async () => {
    const Bucket = await makeBucket(s3, 'Enabled');
    await put(Bucket);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const get = await failureOf(s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' })));
    expect(get).toMatchObject({ name: 'MethodNotAllowed', Method: 'GET', ResourceType: 'DeleteMarker' });
    const remove = await failureOf(s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' })));
    expect(remove).toMatchObject({ name: 'MethodNotAllowed', Method: 'DELETE' });
    expect((await failureOf(s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'none' })))).name).toBe('NoSuchKey');
  });
});

test('headers may be in UTF-8, and come back as they were', async () => {
  const Bucket = await makeBucket(s3);
  const disposition = 'attachment; filename="test_\u2014.txt"';
  const bytes = Buffer.from(disposition).toString('latin1');
  // Signed as text, sent as bytes, as boto3 does.
  const { status } = await send(emulator, {
    path: `/${Bucket}/k`,
    headers: { 'content-disposition': disposition },
    sent: { 'content-disposition': bytes },
  });
  expect(status).toBe(200);
  const { headers } = await send(emulator, { method: 'HEAD', path: `/${Bucket}/k` });
  expect(headers['content-disposition']).toBe(bytes);
});

test('an object is read as it was put when it is replaced or deleted meanwhile', async () => {
  const Bucket = await makeBucket(s3);
  const Body = Buffer.alloc(2_000_000, 'x');
  await put(Bucket, { Body });
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(Body)).toBe(true);
});
