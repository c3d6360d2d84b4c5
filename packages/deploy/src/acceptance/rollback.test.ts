import { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { ECR } from '@aws-sdk/client-ecr';
import { IAM } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alsoDeep, isDeep } from '../../../../testing/seed.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const config = () => ({ ...world.aws, region: world.emulator.region });
const roleName = () => `BedrockAgentCore-test_agent-${world.emulator.region}`;
const repositoryName = 'bedrock-agentcore-test_agent';
const answerOf = async () => (await (await world.agent().attach()).invoke({})).json();
const refused = { status: 400, errorType: 'ValidationException', body: { message: 'not today' } };

/** Holds the first write of that name back until it is let go; the ones after it pass. */
function holdFirst(name: string): { held: Promise<void>; letGo: () => void } {
  const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let seen = 0;
  world.tap.fault = async (call) => {
    if (call.name !== name || (seen += 1) > 1) return undefined;
    held.resolve();
    await free.promise;
    return undefined;
  };
  return { held: held.promise, letGo: free.resolve };
}

test.each(alsoDeep<'image' | 'zip'>(['image'], ['zip']))(
  'of two deployments of one %s the loser takes nothing back that the winner uses',
  async (artifact) => {
    const { held, letGo } = holdFirst('PUT /runtimes/');
    const loser = world.agent({ artifact }).deploy({ onFailure: 'rollback' });
    loser.catch(() => undefined);
    await held;
    await world.agent({ artifact }).deploy({ onFailure: 'rollback' });
    letGo();
    await expect(loser).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Nothing was rolled back') });
    expect(await world.agent({ artifact }).status()).toMatchObject({ status: 'READY', drift: [] });
    expect(await answerOf()).toBe('2 x 2 is 4');
  },
);

test('an update that another one overtook is a conflict, and reverts nothing of it', async () => {
  await world.agent({ env: { A: '1' } }).deploy();
  const { held, letGo } = holdFirst('PutRolePolicy');
  const loser = world.agent({ env: { A: '1' }, description: 'new', credentials: ['openai'] }).deploy({ onFailure: 'rollback' });
  loser.catch(() => undefined);
  await held;
  expect(await world.agent({ env: { A: '2' } }).deploy()).toMatchObject({ agentRuntimeVersion: '2' });
  letGo();
  await expect(loser).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await world.agent({ env: { A: '2' }, credentials: ['openai'] }).status()).drift).toEqual([]);
});

test.runIf(isDeep)('an update that came between the last look and the write is told, since it cannot be prevented', async () => {
  const { agentRuntimeId } = await world.agent({ env: { A: '1' } }).deploy();
  const { held, letGo } = holdFirst(`PUT /runtimes/${agentRuntimeId}/`);
  const later = world.agent({ description: 'new' }).deploy({ onEvent: world.onEvent });
  await held;
  await world.agent({ env: { A: '2' } }).deploy();
  letGo();
  expect(await later).toMatchObject({ agentRuntimeVersion: '3' });
  expect(world.events).toContainEqual(
    expect.objectContaining({ type: 'warning', detail: expect.stringContaining('version 3 replaced one') }),
  );
});

test('a deployment that is given up takes nothing back of one that was carried out in its place', async () => {
  const controller = new AbortController();
  const { held } = holdFirst('PUT /runtimes/');
  const given = world.agent().deploy({ onFailure: 'rollback', signal: controller.signal });
  given.catch(() => undefined);
  await held;
  await world.agent().deploy();
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'ABORTED', message: expect.stringContaining('Nothing was rolled back') });
  expect(await answerOf()).toBe('2 x 2 is 4');
});

test('what was adopted is given back with the tags that it had', async () => {
  const [iam, ecr] = [new IAM(config()), new ECR(config())];
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await iam.createRole({
    RoleName: roleName(),
    AssumeRolePolicyDocument: JSON.stringify(trust),
    Tags: [{ Key: 'team', Value: 'billing' }],
  });
  const { repository } = await ecr.createRepository({ repositoryName, tags: [{ Key: 'team', Value: 'billing' }] });
  world.tap.fault = ({ name }) => (name === 'PUT /runtimes/' ? refused : undefined);
  const adopting = world.agent({ adopt: true, tags: { team: 'agents' } }).deploy({ onFailure: 'rollback' });
  await expect(adopting).rejects.toMatchObject({ code: 'AWS', message: expect.stringContaining('not today') });

  const { Role } = await iam.getRole({ RoleName: roleName() });
  expect(Role?.Tags).toEqual([{ Key: 'team', Value: 'billing' }]);
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
  expect((await ecr.listTagsForResource({ resourceArn: repository?.repositoryArn })).tags).toEqual([{ Key: 'team', Value: 'billing' }]);
  expect((await ecr.listImages({ repositoryName })).imageIds).toEqual([]);
  expect((await world.agent().destroy()).deleted).toEqual([]);
});

test.runIf(isDeep)('tags of a runtime are given back, too', async () => {
  const { agentRuntimeArn } = await world.agent({ tags: { team: 'one' } }).deploy();
  const control = new BedrockAgentCoreControl(config());
  const before = (await control.listTagsForResource({ resourceArn: agentRuntimeArn })).tags;
  await world.edit('two');
  world.tap.fault = ({ name, method }) => (method === 'PUT' && name.startsWith('PUT /runtimes/test_agent-') ? refused : undefined);
  await expect(world.agent({ tags: { team: 'two', more: 'x' } }).deploy({ onFailure: 'rollback' })).rejects.toMatchObject({ code: 'AWS' });
  expect((await control.listTagsForResource({ resourceArn: agentRuntimeArn })).tags).toEqual(before);
});

test.each([
  ['image', 'CreateRepository'],
  ['image', 'CreateRole'],
  ['zip', 'PUT /agentcore-'],
] as const)(
  'of %s: what %s made, though its answer was lost and its repetition said that it exists, is taken back',
  async (artifact, write) => {
    const before = world.emulator.inventory();
    let lost = 0;
    world.tap.lost = ({ name, method, path }) => {
      const matches = name === write || (method === 'PUT' && `PUT ${path}`.startsWith(write) && !path.includes('?'));
      return matches && (lost += 1) === 1 ? 'break' : false;
    };
    world.tap.fault = ({ name }) => (name === 'PUT /runtimes/' ? refused : undefined);
    await expect(world.agent({ artifact }).deploy({ onFailure: 'rollback' })).rejects.toMatchObject({ code: 'AWS' });
    expect(lost).toBeGreaterThan(0);
    expect(world.emulator.inventory()).toEqual(before);
  },
);

test('an image whose manifest arrived, and a trust policy that was written, are taken back though the answer was lost', async () => {
  await world.agent().deploy();
  const [iam, ecr] = [new IAM(config()), new ECR(config())];
  const images = (await ecr.listImages({ repositoryName })).imageIds;
  const lose = async (matches: (call: { method: string; name: string }) => boolean): Promise<void> => {
    const controller = new AbortController();
    let was = 0;
    world.tap.lost = (call) => {
      if (!matches(call) || (was += 1) > 1) return false;
      controller.abort();
      return true;
    };
    await expect(world.agent().deploy({ onFailure: 'rollback', signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(was).toBeGreaterThan(0);
    world.tap.lost = () => false;
  };
  await world.edit('other code');
  await lose(({ method, name }) => method === 'PUT' && name.includes('/manifests/'));
  expect((await ecr.listImages({ repositoryName })).imageIds).toEqual(images);

  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
  });
  await iam.updateAssumeRolePolicy({ RoleName: roleName(), PolicyDocument });
  await lose(({ name }) => name === 'UpdateAssumeRolePolicy');
  const { Role } = await iam.getRole({ RoleName: roleName() });
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument);
});
