import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { runCli } from './run-cli.ts';

let directory: string;
let emulator: Emulator;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-access-'));
  emulator = await startEmulator({ dataDirectory: directory });
});
afterAll(async () => {
  await emulator.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The command line, in this process. */
async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  try {
    return { status: await runCli(['access', '--data', directory, ...args]), ...said };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

test('what a role was denied is shown; the policy that is written from it allows it, and nothing beside it', async () => {
  const { endpoint, region, accountId, accessKeyId, secretAccessKey } = emulator;
  const admin = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const [iam, sts, s3] = [new IAM(admin), new STS(admin), new S3({ ...admin, forcePathStyle: true })];
  await s3.createBucket({ Bucket: 'notes', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
  await s3.putObject({ Bucket: 'notes', Key: 'one', Body: 'hello' });
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.createRole({ RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'test' });
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const reader = new S3({ endpoint, region, credentials, forcePathStyle: true });
  await expect(reader.getObject({ Bucket: 'notes', Key: 'one' })).rejects.toMatchObject({ name: 'AccessDenied' });

  const denied = await run('--denied');
  expect(denied).toMatchObject({ status: 0, err: '' });
  expect(denied.out).toMatch(/^\S+Z DENIED {2}s3:GetObject on arn:aws:s3:::notes\/one to arn:aws:iam::\d{12}:role\/reader\n$/);

  const { out: PolicyDocument } = await run('--principal', 'reader', '--policy');
  expect(JSON.parse(PolicyDocument)).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::notes/one'] }],
  });
  await iam.putRolePolicy({ RoleName: 'reader', PolicyName: 'asked-for', PolicyDocument });
  expect(await (await reader.getObject({ Bucket: 'notes', Key: 'one' })).Body?.transformToString()).toBe('hello');
  await expect(reader.deleteObject({ Bucket: 'notes', Key: 'one' })).rejects.toMatchObject({ name: 'AccessDenied' });

  const { access } = JSON.parse((await run('--principal', 'reader', '--json')).out) as { access: { action: string; allowed: boolean }[] };
  expect(access.map(({ action, allowed }) => `${action} ${allowed}`)).toEqual([
    's3:GetObject false',
    's3:GetObject true',
    's3:DeleteObject false',
  ]);
  const all = await run();
  expect(all.out).toContain('allowed iam:PutRolePolicy on');
  for (const secret of [secretAccessKey, credentials.secretAccessKey, credentials.sessionToken]) expect(all.out).not.toContain(secret);

  await emulator.reset();
  expect(await run()).toMatchObject({ status: 0, out: '', err: expect.stringContaining('IAM was not asked') });
});

test('a policy is for somebody, and without an emulator nothing is known: both are said in a line', async () => {
  expect(await run('--policy')).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/--principal NAME\. \[INVALID_OPTION\]\n$/),
  });
  const nowhere = await run('--data', join(directory, 'nowhere'));
  expect(nowhere).toMatchObject({ status: 2, out: '', err: expect.stringContaining('[NOT_RUNNING]') });
});
