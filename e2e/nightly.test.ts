import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { modelsOf } from '../scripts/nightly/record-access.ts';
import { placePolicy } from '../scripts/nightly/write-policy.ts';
import { isDeep } from '../testing/seed.ts';
import { newLearner, type Ended, type Learner } from './support/learner.ts';

// The role of the nightly run, in the emulator: its policy is enough for everything that the run does, and not larger than that.

const ROOT = join(import.meta.dirname, '..');

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
  const text = await readFile(join(ROOT, 'infra/nightly-policy.json'), 'utf8');
  return placePolicy(text, { account: emulator.accountId, region: emulator.region });
};

/** Credentials of a role that has this policy and nothing else, while `work` uses them. */
async function asRole<T>(RoleName: string, policy: string, work: (env: Record<string, string>) => Promise<T>): Promise<T> {
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
  try {
    return await work({
      ...emulator.env,
      ...modelsOf(emulator),
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
    });
  } finally {
    await iam.deleteRolePolicy({ RoleName, PolicyName: 'nightly' });
    await iam.deleteRole({ RoleName });
  }
}

const runWith = (policy: string, args: string[]) =>
  asRole('nightly', policy, (env) => runner.npmStart([...args, '--target', 'aws', '--yes'], env));

/** The commands of a job of the workflow, without those that install and that are for GitHub alone. */
async function readJob(name: string): Promise<{ parts: string[]; commands: string[] }> {
  const workflow = parse(await readFile(join(ROOT, '.github/workflows/nightly.yml'), 'utf8')) as {
    jobs: Record<string, { strategy?: { matrix: { part: string[] } }; steps: { run?: string }[] }>;
  };
  const job = workflow.jobs[name];
  const commands = job?.steps.flatMap(({ run }) => (run === undefined || run === 'npm run ci:install' ? [] : [run]));
  return { parts: job?.strategy?.matrix.part ?? [], commands: commands ?? [] };
}

async function runCommand(command: string, env: Record<string, string>): Promise<Ended> {
  const [, script = ''] = /^npm run ([\w:-]+)$/.exec(command) ?? [];
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  // As npm would: npm itself would take half a second each time.
  const [program = '', ...args] = (scripts[script] ?? '').split(' ');
  expect(program, command).toBe('node');
  return runner.node(args, env);
}

test.runIf(isDeep)(
  'every command of the workflow works under infra/nightly-policy.json; all tutorials run, and nothing is left',
  async () => {
    const tutorials = await readJob('tutorials');
    expect(tutorials).toEqual({ parts: ['01-05', '06', '07', '08', '09'], commands: ['npm run nightly:part', 'npm run nightly:sweep'] });
    expect((await readdir(join(ROOT, 'tutorials'))).filter((name) => /^\d\d-/.test(name)).length).toBe(9);
    await asRole('nightly', await readPolicy(), async (env) => {
      for (const command of (await readJob('guard')).commands) expect(await runCommand(command, env)).toMatchObject({ status: 0 });
      for (const PART of tutorials.parts) {
        const ended = await runCommand('npm run nightly:part', { ...env, PART });
        expect(ended.status, ended.all).toBe(0);
        expect(ended.stdout).toContain(':assumed-role/nightly/nightly');
        expect(ended.stdout).toContain(PART === '01-05' ? 'All 5 tutorials passed' : '✓ nothing is left');
      }
      // The sweep fails when it finds anything: that it succeeds says that each part has cleaned up.
      for (const command of (await readJob('sweep')).commands) expect(await runCommand(command, env)).toMatchObject({ status: 0 });
    });
    expect(emulator.inventory()).toEqual([]);
  },
);

test('a part without its settings is said not to have run; the path without them fails', async () => {
  const { VENDOR_CLIENT_SECRET: _secret, OPENAI_API_KEY: _key, ...env } = emulator.env;
  const key = { OPENAI_API_KEY: 'k' };
  // An empty text is what GitHub makes of a variable that is not set.
  const skipped = await runCommand('npm run nightly:part', { ...env, ...key, VENDOR_CLIENT_SECRET: '', PART: '06' });
  expect(skipped).toMatchObject({ status: 0, stdout: '::warning::06 was not run: VENDOR_CLIENT_SECRET not set.\n' });
  expect(await runCommand('npm run nightly:part', { ...env, PART: '01-05' })).toMatchObject({ status: 2 });
  expect(await runCommand('npm run nightly:part', { ...env, ...key, PART: '10' })).toMatchObject({ status: 2 });
});

test('the sweep of the workflow fails the run that left something, and deletes it', async () => {
  await runWith(await readPolicy(), ['02']);
  expect(emulator.inventory()).toHaveLength(2);
  const swept = await asRole('nightly', await readPolicy(), (env) => runCommand('npm run nightly:sweep', env));
  expect(swept.status).toBe(1);
  expect(swept.stdout).toContain('✓ deleted API-key provider openai-');
  expect(emulator.inventory()).toEqual([]);
});

test('without one of its actions the run fails, and names the action', async () => {
  const action = 'bedrock-agentcore:CreateApiKeyCredentialProvider';
  const policy = await readPolicy();
  const smaller = policy.replace(`"${action}",`, '');
  expect(smaller.length).toBe(policy.length - action.length - 3);
  const { status, all } = await runWith(smaller, ['02']);
  expect(status).not.toBe(0);
  expect(all).toMatch(new RegExp(`not authorized to perform: ${action}|action +${action}`));
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
  const trust = await readFile(join(ROOT, 'infra/nightly-trust.json'), 'utf8');
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
