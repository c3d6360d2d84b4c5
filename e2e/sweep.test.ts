import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { ECR } from '@aws-sdk/client-ecr';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newLearner, type Learner } from './support/learner.ts';

// A facilitator after a workshop: several runs, resources of others beside them, one account.

let emulator: Emulator;
let facilitator: Learner;
const began = Date.now();
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, stateDelayMs: 50 });
  facilitator = newLearner();
});
afterAll(async () => {
  facilitator?.leave();
  await emulator?.stop();
});

interface Report {
  runs: { run: string; verdict: string; lastSign: string; resources: { kind: string; id: string; at: string }[] }[];
  deleted: string[];
  failures: unknown[];
}

async function sweep(...args: string[]): Promise<{ status: number | null; all: string; report: Report }> {
  const { status, stdout, all } = await facilitator.npmStart(['sweep', '--target', 'aws', '--json', ...args], emulator.env);
  return { status, all, report: JSON.parse(stdout.trim() || '{}') as Report };
}

test('sweep lists what bears the tag of any run, deletes old runs with --yes, and never touches anything else', async () => {
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  const connection = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const control = new BedrockAgentCoreControl(connection);
  const iam = new IAM(connection);
  const s3 = new S3({ ...connection, forcePathStyle: true });
  const make = async (name: string, tags: Record<string, string>) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    await iam.createRole({ RoleName: `${name}-role`, AssumeRolePolicyDocument: JSON.stringify(trust), Tags });
    await iam.putRolePolicy({ RoleName: `${name}-role`, PolicyName: 'p', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    await iam.attachRolePolicy({ RoleName: `${name}-role`, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await new ECR(connection).createRepository({ repositoryName: `${name}-repository`, tags: Tags });
    await control.createApiKeyCredentialProvider({ name: `${name}-key`, apiKey: 'k'.repeat(20), tags });
    const { discoveryUrl, clientId, clientSecret } = emulator.vendor;
    const customOauth2ProviderConfig = { oauthDiscovery: { discoveryUrl }, clientId, clientSecret };
    await control.createOauth2CredentialProvider({
      name: `${name}-oauth2`,
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: { customOauth2ProviderConfig },
      tags,
    });
    await control.createWorkloadIdentity({ name: `${name}-workload`, tags });
    await new SecretsManager(connection).createSecret({ Name: `${name}-secret`, SecretString: 's', Tags });
    await new CloudWatchLogs(connection).createLogGroup({ logGroupName: `/${name}-logs`, ...(Tags.length > 0 && { tags }) });
    await s3.createBucket({ Bucket: `${name}-bucket`, CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
    await s3.putBucketVersioning({ Bucket: `${name}-bucket`, VersioningConfiguration: { Status: 'Enabled' } });
    await s3.putObject({ Bucket: `${name}-bucket`, Key: 'code.zip', Body: 'one' });
    await s3.deleteObject({ Bucket: `${name}-bucket`, Key: 'code.zip' });
    if (Tags.length > 0) await s3.putBucketTagging({ Bucket: `${name}-bucket`, Tagging: { TagSet: Tags } });
  };
  await make('foreign', {});
  await make('labelled', { team: 'a', 'agentcore-tutorials': 'run' });
  const others = emulator.inventory().map(({ arn }) => arn);
  await make('workshop', { 'agentcore-tutorials:run': '1a2b3c' });
  // A learner's own agent, with a runtime, its logs, and whatever a tutorial makes.
  const left = await facilitator.npmStart(['02', '03', '--target', 'aws', '--yes', '--json'], {
    ...emulator.env,
    OPENAI_API_KEY: emulator.modelApiKey,
    OPENAI_BASE_URL: emulator.modelEndpoint,
  });
  expect(left.status, left.all).toBe(0);

  const young = await sweep();
  expect(young.status, young.all).toBe(0);
  expect(young.report.runs.map(({ verdict }) => verdict)).toEqual(['young', 'young']);
  expect(young.report.deleted).toEqual([]);
  expect(young.all).toContain(`Account ${emulator.accountId}, region us-west-2, as arn:aws:`);
  expect(await sweep('--yes')).toMatchObject({ status: 0, report: { deleted: [] } });

  const before = emulator.inventory();
  const dry = await sweep('--older-than', '0h', '--expect-nothing');
  expect(dry.status).toBe(1);
  expect(dry.all).toContain('Nothing was deleted. To delete the resources of old runs, add --yes.');
  expect(emulator.inventory()).toEqual(before);
  const workshop = dry.report.runs.find(({ run }) => run === '1a2b3c');
  expect(workshop?.resources.map(({ kind }) => kind)).toEqual([
    'role',
    'repository',
    'API-key provider',
    'OAuth2 provider',
    'workload identity',
    'secret',
    'bucket',
    'log group',
  ]);
  // Times of creation, some of them in whole seconds.
  for (const { at } of dry.report.runs.flatMap(({ resources }) => resources)) expect(Date.parse(at) + 1000).toBeGreaterThan(began);
  expect(dry.report.runs.flatMap(({ resources }) => resources.map(({ kind }) => kind))).toContain('runtime');

  const swept = await sweep('--older-than', '0h', '--yes');
  expect(swept.status, swept.all).toBe(0);
  expect(swept.report.failures).toEqual([]);
  expect(
    emulator
      .inventory()
      .map(({ arn }) => arn)
      .sort(),
  ).toEqual(others.sort());
  expect(await sweep('--older-than', '0h', '--expect-nothing')).toMatchObject({ status: 0, report: { runs: [] } });
});

test('sweep goes on when one thing resists, says why, and fails', async () => {
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  const connection = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const tags = { 'agentcore-tutorials:run': '4d5e6f' };
  const Tags = [{ Key: 'agentcore-tutorials:run', Value: '4d5e6f' }];
  await new BedrockAgentCoreControl(connection).createWorkloadIdentity({ name: 'mine', tags });
  const iam = new IAM(connection);
  // A caller who may see everything and delete workload identities only.
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: emulator.accountId }, Action: 'sts:AssumeRole' }],
  };
  await iam.createRole({ RoleName: 'sweeper', AssumeRolePolicyDocument: JSON.stringify(trust), Tags });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'bedrock-agentcore:DeleteWorkloadIdentity',
          'bedrock-agentcore:List*',
          'bedrock-agentcore:Get*',
          'iam:List*',
          'ecr:Describe*',
          'ecr:List*',
          'logs:Describe*',
          'logs:List*',
          's3:List*',
          's3:Get*',
          'secretsmanager:List*',
          'sts:*',
        ],
        Resource: '*',
      },
    ],
  });
  await iam.putRolePolicy({ RoleName: 'sweeper', PolicyName: 'p', PolicyDocument });
  const { STS } = await import('@aws-sdk/client-sts');
  const { Credentials } = await new STS(connection).assumeRole({
    RoleArn: `arn:aws:iam::${emulator.accountId}:role/sweeper`,
    RoleSessionName: 'sweeper',
  });
  const { status, stdout } = await facilitator.npmStart(['sweep', '--target', 'aws', '--json', '--older-than', '0h', '--yes'], {
    ...emulator.env,
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    deleted: ['mine'],
    failures: [{ id: 'sweeper', why: expect.stringContaining('not authorized to perform: iam:') }],
  });
});
