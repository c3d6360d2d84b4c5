import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Agent } from '../agent/define-agent.ts';
import type { AgentDefinition } from '../agent/definition.ts';
import { callerPolicy } from '../policies/caller-policy.ts';
import type { PolicyDocument } from '../policies/statement.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** The agent, deployed by a role that has this policy and nothing else. */
async function deployedBy(name: string, policy: PolicyDocument, changes: Partial<AgentDefinition> = {}): Promise<Agent> {
  const config = { ...world.aws, region: world.emulator.region };
  const iam = new (await import('@aws-sdk/client-iam')).IAM(config);
  const sts = new (await import('@aws-sdk/client-sts')).STS(config);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: world.emulator.accountId }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam.putRolePolicy({ RoleName: name, PolicyName: 'deployer', PolicyDocument: JSON.stringify(policy) });
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'ci' });
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  return world.agent({ ...changes, aws: { ...world.aws, credentials: { accessKeyId, secretAccessKey, sessionToken } } });
}

test.each(['image', 'zip'] as const)('it is enough for an agent as %s, and for its end', async (artifact) => {
  const agent = await deployedBy(`${artifact}-deployer`, callerPolicy({ ...place(), artifact }), { artifact });
  const deployment = await agent.deploy();
  expect(await (await deployment.invoke({}, { userId: 'learner' })).json()).toMatch(/./);
  expect((await agent.plan()).changed).toBe(false);
  expect(await agent.status()).toMatchObject({ status: 'READY', drift: [] });
  expect(await agent.destroy()).toMatchObject({ verified: true, kept: [] });
});

test.each(['Bucket', 'Code'])('a zip cannot be deployed without the statement %s', async (without) => {
  const { Statement, ...rest } = callerPolicy({ ...place(), artifact: 'zip' });
  const policy = { ...rest, Statement: Statement.filter((statement) => (statement as { Sid: string }).Sid !== without) };
  const agent = await deployedBy(`zip-without-${without}`, policy, { artifact: 'zip' });
  await expect(agent.deploy({ onFailure: 'rollback' })).rejects.toMatchObject({ code: expect.stringMatching(/^(?:AWS|NOT_OURS)$/) });
});

const place = (): Parameters<typeof callerPolicy>[0] => ({
  partition: 'aws',
  account: world.emulator.accountId,
  region: world.emulator.region,
  agent: 'test_agent',
});

test('the caller policy is enough for everything: deploy, change, plan, status, invoke, stop, destroy', async () => {
  const agent = await deployedBy('deployer', callerPolicy(place()));
  const deployment = await agent.deploy();
  const reply = await deployment.invoke({}, { userId: 'learner' });
  expect(await reply.json()).toBe('2 x 2 is 4');
  await deployment.stopSession(reply.sessionId ?? '');
  await world.edit('changed');
  const changed = agent.with({ credentials: ['openai'], tags: { team: 'a' }, env: { A: '1' } });
  expect((await changed.plan()).changed).toBe(true);
  expect((await changed.deploy()).agentRuntimeVersion).toBe('2');
  expect(await changed.status()).toMatchObject({ status: 'READY', drift: [] });
  expect(await changed.destroy()).toMatchObject({ verified: true, kept: [] });
});

test('it is not enough for another agent, and every statement of it is needed', async () => {
  const agent = await deployedBy('other-deployer', callerPolicy(place()));
  await expect(agent.with({ name: 'another' }).deploy()).rejects.toMatchObject({
    code: 'AWS',
    type: expect.stringMatching(/AccessDenied/),
  });
  const { Statement } = callerPolicy(place());
  for (const [index, statement] of Statement.entries()) {
    const { Sid } = statement as { Sid: string };
    // What the emulator has no service for, and what is only looked at when it is there.
    if (Sid === 'FindLogs' || Sid === 'Logs' || Sid === 'WorkloadIdentity') continue;
    const poor = await deployedBy(`without-${Sid}`, { Version: '2012-10-17', Statement: Statement.filter((_, at) => at !== index) });
    await expect(poor.deploy({ onFailure: 'rollback' }), Sid).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:AWS|REGISTRY_AUTH)$/),
    });
  }
});
