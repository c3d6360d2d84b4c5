import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let admin: ReturnType<typeof clientsOf>;
const Bucket = 'guarded';
const ARN = `arn:aws:s3:::${Bucket}`;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  admin = clientsOf(emulator);
  await admin.s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['public/a', 'private/b']) await admin.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging: 'a=b' }));
});
afterAll(() => emulator.stop());

let roles = 0;
/** A client whose role may do what `statements` say. */
async function allowed(...statements: object[]): Promise<S3Client> {
  const RoleName = `role-${(roles += 1)}`;
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: emulator.accountId }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await admin.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });
  if (statements.length > 0) await admin.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
  const { Credentials } = await admin.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'session' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return clientsOf({ ...emulator, accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! }).s3;
}

/** The administrator of another account. */
async function stranger(): Promise<S3Client> {
  const response = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: JSON.stringify({ accountId: '210987654321' }),
  });
  return clientsOf({ ...emulator, ...((await response.json()) as { accessKeyId: string; secretAccessKey: string }) }).s3;
}

describe('a role', () => {
  test('reads what its policy names, and is told what it lacks', async () => {
    const s3 = await allowed({ Action: 's3:GetObject', Resource: `${ARN}/public/*` });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'public/a' }));
    expect(await Body!.transformToString()).toBe('public/a');
    const { name, message, $metadata } = await failureOf(s3.send(new GetObjectCommand({ Bucket, Key: 'private/b' })));
    expect([name, $metadata?.httpStatusCode]).toEqual(['AccessDenied', 403]);
    expect(message).toBe(
      `User: arn:aws:sts::123456789012:assumed-role/role-${roles}/session is not authorized to perform: s3:GetObject on resource: "${ARN}/private/b" because no identity-based policy allows the s3:GetObject action`,
    );
    expect((await failureOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'private/b' })))).$metadata?.httpStatusCode).toBe(403);
  });

  test('learns that a key is missing only where it may list', async () => {
    const get = { Action: 's3:GetObject', Resource: `${ARN}/*` };
    const blind = await allowed(get);
    const seeing = await allowed(get, { Action: 's3:ListBucket', Resource: ARN });
    const missing = new GetObjectCommand({ Bucket, Key: 'none' });
    expect((await failureOf(blind.send(missing))).name).toBe('AccessDenied');
    expect((await failureOf(seeing.send(missing))).name).toBe('NoSuchKey');
  });

  test('lists only the prefix that a condition allows', async () => {
    const s3 = await allowed({ Action: 's3:ListBucket', Resource: ARN, Condition: { StringLike: { 's3:prefix': 'public/*' } } });
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'public/' }))).KeyCount).toBe(1);
    expect((await failureOf(s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'private/' })))).name).toBe('AccessDenied');
    expect((await failureOf(s3.send(new ListObjectsV2Command({ Bucket })))).name).toBe('AccessDenied');
  });

  test('needs an action of its own for tags, for versions and for the list of buckets', async () => {
    const s3 = await allowed({ Action: ['s3:PutObject', 's3:GetObject', 's3:PutBucketVersioning'], Resource: [ARN, `${ARN}/*`] });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'public/c', Body: 'c' }));
    const denied = [
      s3.send(new PutObjectCommand({ Bucket, Key: 'public/c', Body: 'c', Tagging: 'a=b' })),
      s3.send(new GetObjectCommand({ Bucket, Key: 'public/c', VersionId: 'null' })),
      s3.send(new ListBucketsCommand({})),
      s3.send(new CreateBucketCommand({ Bucket: 'another' })),
    ];
    const messages = (await Promise.all(denied.map(failureOf))).map(({ message }) => /perform: (\S+)/.exec(message)?.[1]);
    expect(messages).toEqual(['s3:PutObjectTagging', 's3:GetObjectVersion', 's3:ListAllMyBuckets', 's3:CreateBucket']);
  });

  test('is told of each key that it may not delete', async () => {
    const s3 = await allowed({ Action: 's3:DeleteObject', Resource: `${ARN}/mine/*` });
    const keys = ['mine/x', 'private/b'];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect(Deleted).toEqual([{ Key: 'mine/x' }]);
    expect(Errors).toMatchObject([{ Key: 'private/b', Code: 'AccessDenied' }]);
  });

  test('whose policy names the account of the resource reaches only that', async () => {
    const of = (account: string) => ({
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringEquals: { 's3:ResourceAccount': account } },
    });
    const command = new GetObjectCommand({ Bucket, Key: 'public/a' });
    expect((await (await allowed(of('123456789012'))).send(command)).ContentLength).toBe(8);
    expect((await failureOf((await allowed(of('210987654321'))).send(command))).name).toBe('AccessDenied');
  });
});

describe('another account', () => {
  test('reads, lists, writes and finds nothing of ours', async () => {
    const s3 = await stranger();
    const attempts = [
      s3.send(new GetObjectCommand({ Bucket, Key: 'public/a' })),
      s3.send(new ListObjectsV2Command({ Bucket })),
      s3.send(new PutObjectCommand({ Bucket, Key: 'public/a', Body: 'theirs' })),
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    ];
    expect((await Promise.all(attempts.map(failureOf))).map(({ name }) => name)).toEqual(Array(4).fill('AccessDenied'));
    expect((await failureOf(s3.send(new HeadBucketCommand({ Bucket })))).$metadata?.httpStatusCode).toBe(403);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  test('cannot take a name that is taken', async () => {
    expect((await failureOf((await stranger()).send(new CreateBucketCommand({ Bucket })))).name).toBe('BucketAlreadyExists');
    expect((await failureOf(admin.s3.send(new CreateBucketCommand({ Bucket })))).name).toBe('BucketAlreadyOwnedByYou');
  });
});

test('ExpectedBucketOwner keeps from a bucket that is somebody else’s', async () => {
  const Key = 'public/a';
  expect((await admin.s3.send(new GetObjectCommand({ Bucket, Key, ExpectedBucketOwner: '123456789012' }))).ContentLength).toBe(8);
  const refused = await failureOf(admin.s3.send(new GetObjectCommand({ Bucket, Key, ExpectedBucketOwner: '210987654321' })));
  expect(refused.name).toBe('AccessDenied');
});
