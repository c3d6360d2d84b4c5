import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { ECR } from '@aws-sdk/client-ecr';
import { IAM } from '@aws-sdk/client-iam';
import { S3, type BucketLocationConstraint } from '@aws-sdk/client-s3';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from './start-emulator.ts';
import { failureOf } from './test/clients.ts';

// Documented: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, region: 'us-gov-west-1' });
});
afterAll(() => emulator.stop());

interface Given {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
}

function clientsIn(region: string, given?: Given) {
  const credentials = given
    ? { accessKeyId: given.AccessKeyId!, secretAccessKey: given.SecretAccessKey!, sessionToken: given.SessionToken! }
    : { accessKeyId: emulator.accessKeyId, secretAccessKey: emulator.secretAccessKey };
  const settings = { endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 };
  return {
    control: new BedrockAgentCoreControl(settings),
    ecr: new ECR(settings),
    iam: new IAM(settings),
    logs: new CloudWatchLogs(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
    secrets: new SecretsManager(settings),
    sts: new STS(settings),
  };
}

const ACCOUNT = '123456789012';

test.each([
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
])('in %s every ARN is in %s, and images are at %s', async (region, partition, domain) => {
  const { control, ecr, iam, logs, s3, secrets, sts } = clientsIn(region);
  const name = `in-${region}`;
  expect((await sts.getCallerIdentity()).Arn).toBe(`arn:${partition}:iam::${ACCOUNT}:user/admin`);
  const { ARN: secretArn } = await secrets.createSecret({ Name: name, SecretString: 's' });
  expect(secretArn).toMatch(new RegExp(`^arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:${name}-.{6}$`));
  const { repository } = await ecr.createRepository({ repositoryName: name });
  expect(repository).toMatchObject({
    repositoryArn: `arn:${partition}:ecr:${region}:${ACCOUNT}:repository/${name}`,
    repositoryUri: `${ACCOUNT}.dkr.ecr.${region}.${domain}/${name}`,
  });
  const { workloadIdentityArn } = await control.createWorkloadIdentity({ name });
  expect(workloadIdentityArn).toMatch(new RegExp(`^arn:${partition}:bedrock-agentcore:${region}:${ACCOUNT}:`));
  await logs.createLogGroup({ logGroupName: name });
  const { logGroups } = await logs.describeLogGroups();
  expect(logGroups?.[0]?.logGroupArn).toBe(`arn:${partition}:logs:${region}:${ACCOUNT}:log-group:${name}`);

  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${ACCOUNT}:user/admin` }, Action: 'sts:AssumeRole' },
  };
  const { Role } = await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  expect(Role?.Arn).toBe(`arn:${partition}:iam::${ACCOUNT}:role/${name}`);
  const own = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn } };
  await iam.putRolePolicy({ RoleName: name, PolicyName: 'p', PolicyDocument: JSON.stringify(own) });
  const managed = `arn:${partition}:iam::aws:policy/BedrockAgentCoreFullAccess`;
  await iam.attachRolePolicy({ RoleName: name, PolicyArn: managed });
  expect((await iam.getPolicy({ PolicyArn: managed })).Policy?.PolicyName).toBe('BedrockAgentCoreFullAccess');

  const { Credentials: given, AssumedRoleUser: user } = await sts.assumeRole({ RoleArn: Role!.Arn, RoleSessionName: 'session' });
  expect(user?.Arn).toBe(`arn:${partition}:sts::${ACCOUNT}:assumed-role/${name}/session`);
  const session = clientsIn(region, given);
  expect((await session.secrets.getSecretValue({ SecretId: secretArn })).SecretString).toBe('s');
  // Of the managed policy of the same partition.
  expect(await session.control.listWorkloadIdentities({})).toHaveProperty('workloadIdentities');
  const Bucket = `in-${region}`;
  const { BucketArn } = await s3.createBucket({
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
  });
  expect(BucketArn).toBe(`arn:${partition}:s3:::${Bucket}`);
  expect((await s3.listBuckets()).Buckets).toEqual([expect.objectContaining({ Name: Bucket, BucketArn })]);
  expect(await failureOf(session.s3.headBucket({ Bucket }))).toMatchObject({ $metadata: { httpStatusCode: 403 } });
  const reading = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:ListBucket', Resource: BucketArn } };
  await iam.putRolePolicy({ RoleName: name, PolicyName: 'bucket', PolicyDocument: JSON.stringify(reading) });
  expect((await session.s3.headBucket({ Bucket })).BucketRegion).toBe(region);
  // Credentials of one partition are unknown in another.
  expect((await failureOf(clientsIn('us-west-2', given).sts.getCallerIdentity())).name).toBe('InvalidClientTokenId');
});

test('a region that there is not is refused, in a request and as an option', async () => {
  const message = "Credential should be scoped to a valid region, not 'us-west-9'.";
  expect(await failureOf(clientsIn('us-west-9').sts.getCallerIdentity())).toMatchObject({ name: 'SignatureDoesNotMatch', message });
  expect(await failureOf(clientsIn('us-west-9').secrets.listSecrets())).toMatchObject({ name: 'InvalidSignatureException', message });
  await expect(startEmulator({ ephemeral: true, region: 'us-west-9' })).rejects.toThrow("region: 'us-west-9' is not valid");
});
