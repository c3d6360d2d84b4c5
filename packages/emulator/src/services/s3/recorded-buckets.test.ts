import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/failure-of.ts';
import { makeBucket, s3Of } from '../../test/s3-client.ts';
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

describe('lists', () => {
  test('of versions put folders together, and go on where a version was that is gone', async () => {
    const Bucket = await makeBucket(s3, 'Enabled');
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.unshift((await put(Bucket)).VersionId!);
    for (const Key of ['f/1', 'f/2', 'z']) await put(Bucket, { Key });
    const list = (options: object) => s3.send(new ListObjectVersionsCommand({ Bucket, ...options }));
    const page = await list({ MaxKeys: 1, KeyMarker: 'f/2' });
    expect(page).toMatchObject({ NextKeyMarker: 'k', NextVersionIdMarker: made[0] });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: made[0] }));
    const rest = await list({ KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
    expect(rest.Versions!.map(({ Key, VersionId }) => (Key === 'k' ? VersionId : Key))).toEqual([made[1], made[2], 'z']);
    const folders = await list({ Delimiter: '/', MaxKeys: 2 });
    expect(folders).toMatchObject({ CommonPrefixes: [{ Prefix: 'f/' }], Versions: [{ VersionId: made[1] }], IsTruncated: true });
    const { Versions } = await list({ Delimiter: '/', KeyMarker: 'f/' });
    expect(Versions!.map(({ Key }) => Key)).toEqual(['k', 'k', 'z']);
  });

  test('of objects say times in seconds, no marker without a delimiter, and where they began only once', async () => {
    const Bucket = await makeBucket(s3);
    for (const Key of 'abcd') await put(Bucket, { Key });
    const { Contents, NextMarker, IsTruncated } = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1 }));
    expect([Contents![0]!.LastModified!.getMilliseconds(), NextMarker, IsTruncated]).toEqual([0, undefined, true]);
    const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1, StartAfter: 'a' }));
    const ContinuationToken = first.NextContinuationToken;
    const next = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a', ContinuationToken }));
    expect([first.StartAfter, next.StartAfter]).toEqual(['a', undefined]);
    expect((await send(emulator, { method: 'GET', path: `/${Bucket}` })).headers['x-amz-bucket-region']).toBe('us-west-2');
  });
});

describe('buckets', () => {
  test('say their ARN and, outside us-east-1, their whole address', async () => {
    const Bucket = 'recorded-address';
    expect((await s3.send(new CreateBucketCommand({ Bucket }))).Location).toBe(`http://${Bucket}.s3.amazonaws.com/`);
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketArn: `arn:aws:s3:::${Bucket}` });
    const { text } = await send(emulator, { method: 'GET', path: '/' });
    expect(text.indexOf('<Owner>')).toBeLessThan(text.indexOf('<Buckets>'));
    await put(Bucket);
    const refused = await failureOf(s3.send(new DeleteBucketCommand({ Bucket })));
    expect([refused.name, refused.message]).toEqual(['BucketNotEmpty', 'The bucket you tried to delete is not empty']);
  });

  test('are not made twice with tags, nor with what is not here', async () => {
    const east = s3Of({ ...emulator, region: 'us-east-1' });
    const make = (options: object) => failureOf(east.send(new CreateBucketCommand({ Bucket: 'recorded-east', ...options })));
    const configuration = { CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: '1' }] } };
    await east.send(new CreateBucketCommand({ Bucket: 'recorded-east', ...configuration }));
    expect((await make(configuration)).name).toBe('BucketAlreadyOwnedByYou');
    expect((await make({ ACL: 'public-read' })).name).toBe('InvalidBucketAclWithObjectOwnership');
    expect((await make({ ObjectOwnership: 'ObjectWriter' })).name).toBe('NotImplemented');
    const namespace = await make({ BucketNamespace: 'account-regional' });
    expect([namespace.name, namespace.message]).toEqual(['NotImplemented', expect.stringContaining('x-amz-bucket-namespace')]);
    east.destroy();
  });

  test('have versions or not: a setting that says neither is refused', async () => {
    const Bucket = await makeBucket(s3);
    const empty = s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} }));
    expect((await failureOf(empty)).name).toBe('IllegalVersioningConfigurationException');
  });
});

test('who signs nothing is answered in XML, that a bucket is not there or that it is not theirs', async () => {
  const Bucket = await makeBucket(s3);
  const code = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${emulator.endpoint}${path}`, init);
    return [response.status, /<Code>(\w+)</.exec(await response.text())?.[1]];
  };
  expect(await code(`/${Bucket}/k`)).toEqual([403, 'AccessDenied']);
  expect(await code('/recorded-nowhere')).toEqual([404, 'NoSuchBucket']);
  const form = new FormData();
  form.set('key', 'k');
  expect(await code(`/${Bucket}`, { method: 'POST', body: form })).toEqual([501, 'NotImplemented']);
  // What another service has at this path stays that service's.
  const other = await fetch(`${emulator.endpoint}/runtimes/x/invocations`, { method: 'POST' });
  expect(other.headers.get('content-type')).toContain('json');
});

test('a signature that does not match is answered with what was expected', async () => {
  const { text } = await send({ ...emulator, secretAccessKey: 'x' }, { path: `/${await makeBucket(s3)}/k`, body: 'x' });
  expect(text).toContain('Check your key and signing method.');
  const members = [...text.matchAll(/<(\w+)>/g)].map(([, name]) => name);
  expect(members).toEqual(
    expect.arrayContaining(['AWSAccessKeyId', 'StringToSign', 'SignatureProvided', 'StringToSignBytes', 'CanonicalRequest']),
  );
});
