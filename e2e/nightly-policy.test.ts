import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelsOf } from '../scripts/nightly/record-access.ts';
import { placePolicy } from '../scripts/nightly/write-policy.ts';
import { newLearner, type Ended, type Learner } from './support/learner.ts';

// The role of the nightly run, in the emulator: its policy is enough for everything that the run does, and not larger than that.

let emulator: Emulator;
let runner: Learner;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, stateDelayMs: 50 });
  runner = newLearner();
});
afterAll(async () => {
  runner?.leave();
  await emulator?.stop();
});

const readPolicy = async () => {
  const text = await readFile(join(import.meta.dirname, '../infra/nightly-policy.json'), 'utf8');
  return placePolicy(text, { account: emulator.accountId, region: emulator.region });
};

/** Runs a command of the nightly run with credentials of a role that has this policy and nothing else. */
async function runWith(RoleName: string, policy: string, args: string[]): Promise<Ended> {
  const { endpoint, region, accountId, accessKeyId, secretAccessKey } = emulator;
  const connection = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const iam = new IAM(connection);
  // GitHub's tokens cannot be had here: the administrator takes their place in the trust policy.
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }] };
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam.putRolePolicy({ RoleName, PolicyName: 'nightly', PolicyDocument: policy });
  const { Credentials } = await new STS(connection).assumeRole({
    RoleArn: `arn:aws:iam::${accountId}:role/${RoleName}`,
    RoleSessionName: 'nightly',
  });
  const ended = await runner.npmStart([...args, '--target', 'aws', '--yes'], {
    ...emulator.env,
    ...modelsOf(emulator),
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  });
  await iam.deleteRolePolicy({ RoleName, PolicyName: 'nightly' });
  await iam.deleteRole({ RoleName });
  return ended;
}

test('all tutorials run under infra/nightly-policy.json, and leave nothing', async () => {
  const all = await runWith('nightly', await readPolicy(), ['all']);
  expect(all.status, all.all).toBe(0);
  expect(all.all).toContain(':assumed-role/nightly/nightly');
  expect(emulator.inventory()).toEqual([]);
});

test('the sweep of the nightly run has what it needs, and fails the run that left something', async () => {
  await runWith('nightly', await readPolicy(), ['02']);
  expect(emulator.inventory()).toHaveLength(2);
  const swept = await runWith('nightly', await readPolicy(), ['sweep', '--older-than', '0h', '--expect-nothing']);
  expect(swept.status).toBe(1);
  expect(swept.stdout).toContain('✓ deleted API-key provider openai-');
  expect(emulator.inventory()).toEqual([]);
});

test('without one of its actions the run fails, and names the action', async () => {
  const action = 'bedrock-agentcore:CreateApiKeyCredentialProvider';
  const policy = await readPolicy();
  const smaller = policy.replace(`"${action}",`, '');
  expect(smaller.length).toBe(policy.length - action.length - 3);
  const { status, all } = await runWith('nightly', smaller, ['02']);
  expect(status).not.toBe(0);
  expect(all).toContain(`is not authorized to perform: ${action}`);
});

test('nothing in the policy is allowed on everything but what reads, and it fits on a role', async () => {
  const policy = await readPolicy();
  expect(policy.length).toBeLessThan(10_240);
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string[] }[] };
  const onEverything = Statement.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
  expect(onEverything.filter((name) => !/:(?:List|Describe|Get)/.test(name))).toEqual([]);
  expect(Statement.flatMap(({ Action }) => Action).filter((name) => name.includes('*'))).toEqual([]);
});

test('the trust policy lets in one branch of one repository', async () => {
  const trust = await readFile(join(import.meta.dirname, '../infra/nightly-trust.json'), 'utf8');
  const { Statement } = JSON.parse(placePolicy(trust, { account: '123456789012', region: 'us-west-2' })) as {
    Statement: { Principal: { Federated: string }; Condition: { StringEquals: Record<string, string> } }[];
  };
  expect(Statement).toHaveLength(1);
  expect(Statement[0]?.Principal.Federated).toBe('arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com');
  expect(Object.values(Statement[0]?.Condition.StringEquals ?? {})).toEqual([
    'sts.amazonaws.com',
    'repo:agentcore-tutorials/agentcore-tutorials:ref:refs/heads/main',
  ]);
});
