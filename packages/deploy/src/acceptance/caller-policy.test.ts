import { afterAll, beforeAll, expect, test } from 'vitest';
import { alsoDeep, isDeep } from '../../../../testing/seed.ts';
import type { Agent } from '../agent/define-agent.ts';
import type { AgentDefinition } from '../agent/definition.ts';
import { callerPolicy } from '../policies/caller-policy.ts';
import type { PolicyDocument } from '../policies/statement.ts';
import { asRole } from '../test/as-role.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** The agent, deployed by a role that has this policy and nothing else. */
async function deployedBy(name: string, policy: PolicyDocument, changes: Partial<AgentDefinition> = {}): Promise<Agent> {
  return world.agent({ ...changes, aws: await asRole(world, name, policy) });
}

test.each(alsoDeep<'image' | 'zip'>(['zip'], ['image']))('it is enough for an agent as %s, and for its end', async (artifact) => {
  const agent = await deployedBy(`${artifact}-deployer`, callerPolicy({ ...place(), artifact }), { artifact });
  const deployment = await agent.deploy();
  expect(await (await deployment.invoke({}, { userId: 'learner' })).json()).toMatch(/./);
  expect((await agent.plan()).changed).toBe(false);
  expect(await agent.status()).toMatchObject({ status: 'READY', drift: [] });
  expect(await agent.destroy()).toMatchObject({ verified: true, kept: [] });
});

test.runIf(isDeep).each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('it is enough in %s', async (partition, region) => {
  const there = await startWorld({ region });
  try {
    for (const artifact of ['image', 'zip'] as const) {
      const policy = callerPolicy({ partition, account: there.emulator.accountId, region, agent: 'test_agent', artifact });
      const agent = there.agent({ artifact, aws: await asRole(there, `${artifact}-deployer`, policy) });
      expect((await agent.deploy()).agentRuntimeArn).toMatch(new RegExp(`^arn:${partition}:bedrock-agentcore:${region}:`));
      expect(await agent.destroy()).toMatchObject({ verified: true, kept: [] });
    }
  } finally {
    await there.close();
  }
});

test.runIf(isDeep)(
  'it ends an image that was a zip before, with its bucket; without the right to look for one, the end says so',
  async () => {
    const zipped = world.agent({ artifact: 'zip' });
    await zipped.deploy();
    const buckets = () => world.emulator.inventory().filter(({ type }) => type === 's3:bucket');
    const [{ arn } = { arn: '' }] = buckets();
    const policy = callerPolicy(place());
    const agent = await deployedBy('former-zip-deployer', policy);
    await agent.deploy({ onEvent: world.onEvent });
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'warning',
        detail: expect.stringMatching(/holds the code of earlier versions; destroy\(\) deletes/),
      }),
    );

    const Statement = policy.Statement.filter((statement) => (statement as { Sid: string }).Sid !== 'FormerBucket');
    const poor = await deployedBy('former-zip-destroyer', { ...policy, Statement });
    expect(await poor.destroy()).toMatchObject({ kept: [{ id: arn, why: expect.stringContaining('s3:GetBucketTagging') }] });
    expect(buckets()).toHaveLength(1);

    expect(await agent.destroy()).toEqual({ deleted: [arn], kept: [], verified: true });
    expect(buckets()).toEqual([]);
  },
);

test.runIf(isDeep)('one policy is enough for the zips of a class', async () => {
  const policy = callerPolicy({ ...place(), agent: 'learner_*', artifact: 'zip' });
  const agent = await deployedBy('class', policy, { artifact: 'zip', name: 'learner_7' });
  await agent.deploy();
  expect(await agent.destroy()).toMatchObject({ verified: true, kept: [] });
});

test.each(['Bucket', 'Code'])('a zip cannot be deployed without the statement %s', async (without) => {
  const { Statement, ...rest } = callerPolicy({ ...place(), artifact: 'zip' });
  const policy = { ...rest, Statement: Statement.filter((statement) => (statement as { Sid: string }).Sid !== without) };
  const agent = await deployedBy(`zip-without-${without}`, policy, { artifact: 'zip' });
  await expect(agent.deploy({ onFailure: 'rollback' })).rejects.toMatchObject({ code: expect.stringMatching(/^(?:AWS|NOT_OURS)$/) });
});

test.each([
  ['image', 'ecr:BatchGetImage'],
  ['image', 'ecr:BatchCheckLayerAvailability'],
  ['zip', 's3:GetObject'],
] as const)('of %s: a missing %s is named, also where the service answers without words', async (artifact, action) => {
  const name = `named_${action.replace(/\W/g, '_').toLowerCase()}`;
  await world.agent({ name, artifact }).deploy();
  await world.edit(`other code for ${action}`);
  const policy = { Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow', NotAction: action, Resource: '*' }] };
  const agent = await deployedBy(name, policy, { name, artifact });
  await expect(agent.deploy()).rejects.toMatchObject({ message: expect.stringContaining(action) });
  await world.agent({ name, artifact }).destroy();
  await world.edit('2 x 2 is 4');
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
    if (/^(?:FindLogs|Logs|WorkloadIdentity|Former.*)$/.test(Sid)) continue;
    const poor = await deployedBy(`without-${Sid}`, { Version: '2012-10-17', Statement: Statement.filter((_, at) => at !== index) });
    await expect(poor.deploy({ onFailure: 'rollback' }), Sid).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:AWS|REGISTRY_AUTH)$/),
    });
  }
});
