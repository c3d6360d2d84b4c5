import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  type ListObjectVersionsCommandOutput,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { s3Of } from '../../test/s3-client.ts';

let emulator: Emulator;
let s3: S3Client;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  s3 = s3Of(emulator);
});
afterAll(() => emulator.stop());

let buckets = 0;
async function makeBucket(Status?: 'Enabled'): Promise<string> {
  const Bucket = `versions-${(buckets += 1)}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (Status) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  return Bucket;
}
const put = (Bucket: string, Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (Bucket: string, Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();

describe('versioning', () => {
  test('keeps what is replaced and deleted, by version id', async () => {
    const Bucket = await makeBucket();
    expect((await put(Bucket, 'k', 'zero')).VersionId).toBeUndefined();
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');

    const one = (await put(Bucket, 'k', 'one')).VersionId!;
    const two = (await put(Bucket, 'k', 'two')).VersionId!;
    expect(await Promise.all([get(Bucket, 'k'), get(Bucket, 'k', one), get(Bucket, 'k', 'null')])).toEqual(['two', 'one', 'zero']);

    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(marker.DeleteMarker).toBe(true);
    expect((await failureOf(get(Bucket, 'k'))).name).toBe('NoSuchKey');
    expect((await failureOf(get(Bucket, 'k', marker.VersionId))).name).toBe('MethodNotAllowed');
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await get(Bucket, 'k', two)).toBe('two');

    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [two, false],
      [one, false],
      ['null', false],
    ]);
    expect(DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);

    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }));
    expect(await get(Bucket, 'k')).toBe('two');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: two }));
    expect(await get(Bucket, 'k')).toBe('one');
    expect((await failureOf(get(Bucket, 'k', two))).name).toBe('NoSuchVersion');
    expect((await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).name).toBe('BucketNotEmpty');
    for (const VersionId of [one, 'null']) await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  test('lists versions on pages that begin anywhere in a key', async () => {
    const Bucket = await makeBucket('Enabled');
    const made: string[] = [];
    for (const key of ['a', 'b', 'b', 'b', 'c']) made.push(`${key} ${(await put(Bucket, key, 'x')).VersionId}`);
    const seen: string[] = [];
    let page: Partial<ListObjectVersionsCommandOutput> = {};
    do {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, KeyMarker, VersionIdMarker }));
      expect(page.Versions!.length).toBeLessThanOrEqual(2);
      seen.push(...page.Versions!.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
    } while (page.IsTruncated);
    expect(seen).toEqual([made[0], made[3], made[2], made[1], made[4]]);
  });
});

describe('tags', () => {
  test('of objects are put, replaced and deleted', async () => {
    const Bucket = await makeBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=1&b=%C3%BC+2' }));
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'ü 2' },
    ]);
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'c', Value: '@ -' }] } }));
    expect(await tags()).toEqual([{ Key: 'c', Value: '@ -' }]);
    expect(await get(Bucket, 'k')).toBe('x');
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
    expect(await tags()).toEqual([]);
    const TagSet = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    expect((await failureOf(s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet } })))).name).toBe('BadRequest');
    expect((await failureOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 'aws:x=y' })))).name).toBe('InvalidTag');
  });

  test('of buckets too', async () => {
    const Bucket = await makeBucket();
    expect((await failureOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).name).toBe('NoSuchTagSet');
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'run', Value: '1' }] } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: 'run', Value: '1' }]);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect((await failureOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).name).toBe('NoSuchTagSet');
  });
});

test('a copy has the bytes and, unless they are given anew, the metadata and the tags', async () => {
  const Bucket = await makeBucket();
  await s3.send(new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'bytes', Metadata: { a: 'b' }, Tagging: 't=1' }));
  const CopySource = `${Bucket}/${encodeURIComponent('from ü')}`;
  const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
  expect(CopyObjectResult!.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  await s3.send(
    new CopyObjectCommand({
      Bucket,
      Key: 'anew',
      CopySource,
      MetadataDirective: 'REPLACE',
      Metadata: { c: 'd' },
      TaggingDirective: 'REPLACE',
    }),
  );
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'from ü' }));
  expect(await get(Bucket, 'to')).toBe('bytes');
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({ Metadata: { a: 'b' }, TagCount: 1 });
  const anew = await s3.send(new HeadObjectCommand({ Bucket, Key: 'anew' }));
  expect([anew.Metadata, anew.TagCount]).toEqual([{ c: 'd' }, undefined]);
  expect((await failureOf(s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource })))).name).toBe('NoSuchKey');
  const onto = new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` });
  expect((await failureOf(s3.send(onto))).name).toBe('InvalidRequest');
});

test('settings of a bucket are what a new one has, until they are changed', async () => {
  const Bucket = await makeBucket();
  const encryption = async () =>
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration!.Rules![0]!
      .ApplyServerSideEncryptionByDefault;
  expect(await encryption()).toEqual({ SSEAlgorithm: 'AES256' });
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'key' } };
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  expect(await encryption()).toEqual({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' });
  const block = async () => (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  expect(await block()).toEqual(all);
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { ...all, BlockPublicAcls: false } }));
  expect(await block()).toEqual({ ...all, BlockPublicAcls: false });
});

describe('regions', () => {
  const inRegion = (region: string) => s3Of({ ...emulator, region });
  test('us-east-1 is where a bucket is that names none, and may be made twice', async () => {
    const east = inRegion('us-east-1');
    await east.send(new CreateBucketCommand({ Bucket: 'in-the-east' }));
    await east.send(new CreateBucketCommand({ Bucket: 'in-the-east' }));
    expect(emulator.inventory().find(({ id }) => id === 'in-the-east')?.region).toBe('us-east-1');
    await east.send(new CreateBucketCommand({ Bucket: 'from-the-east', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    expect(emulator.inventory().find(({ id }) => id === 'from-the-east')?.region).toBe('eu-west-1');
  });
  test('a constraint that does not fit the region is refused', async () => {
    const make = (LocationConstraint: 'eu-west-1', client = s3) =>
      client.send(new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration: { LocationConstraint } }));
    expect((await failureOf(make('eu-west-1'))).name).toBe('IllegalLocationConstraintException');
    // Recorded: elsewhere than in us-east-1 an unknown one is only one that does not fit.
    expect((await failureOf(make('nowhere' as never))).name).toBe('IllegalLocationConstraintException');
    expect((await failureOf(make('nowhere' as never, inRegion('us-east-1')))).name).toBe('InvalidLocationConstraint');
  });
  test('who asks in the wrong one is told the right one', async () => {
    const Bucket = await makeBucket();
    const refused = await failureOf(inRegion('eu-west-1').send(new ListObjectsV2Command({ Bucket })));
    expect(refused).toMatchObject({ name: 'AuthorizationHeaderMalformed', Region: 'us-west-2' });
  });
  test('an object is copied from one to another, by who asks in the one that it goes to', async () => {
    const from = await makeBucket();
    await s3.send(new PutObjectCommand({ Bucket: from, Key: 'k', Body: 'far away' }));
    const europe = inRegion('eu-west-1');
    const to = 'copied-to-europe';
    await europe.send(new CreateBucketCommand({ Bucket: to, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    const copy = new CopyObjectCommand({ Bucket: to, Key: 'k', CopySource: `${from}/k` });
    expect((await failureOf(s3.send(copy))).name).toBe('AuthorizationHeaderMalformed');
    await europe.send(copy);
    const { Body } = await europe.send(new GetObjectCommand({ Bucket: to, Key: 'k' }));
    expect(await Body!.transformToString()).toBe('far away');
  });
});

test.each(['Upper', 'a', 'a..b', '192.168.1.1', '-a-b', 'xn--abc', 'abc-s3alias', 'under_score'])(
  '%s is no name of a bucket',
  async (Bucket) => {
    expect((await failureOf(s3.send(new CreateBucketCommand({ Bucket })))).name).toBe('InvalidBucketName');
  },
);
