import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDeep } from '../../../../testing/seed.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
let journal: string;
beforeEach(async () => {
  world = await startWorld();
  journal = join(world.directory, 'state/journal.jsonl');
});
afterEach(() => world.close());

const lines = async (): Promise<string[]> =>
  (await readFile(journal, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: string; phase: string })
    .map(({ step, phase }) => `${step} ${phase}`);

/** Takes the tags off everything, as a tag policy of an organization may. */
async function untag(): Promise<void> {
  const config = { ...world.aws, region: world.emulator.region };
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR(config);
  const iam = new (await import('@aws-sdk/client-iam')).IAM(config);
  const tag = 'agentcore-deploy:agent';
  const { repositories } = await ecr.describeRepositories({ repositoryNames: ['bedrock-agentcore-test_agent'] });
  await ecr.untagResource({ resourceArn: repositories?.[0]?.repositoryArn, tagKeys: [tag] });
  await iam.untagRole({ RoleName: `BedrockAgentCore-test_agent-${world.emulator.region}`, TagKeys: [tag] });
}

test('each step is noted before it begins and when it is done; what lost its tags is known from the notes', async () => {
  await world.agent({ env: { PRIVATE: 'a-private-value' } }).deploy({ journal });
  const noted = await lines();
  for (const step of ['repository', 'push', 'role', 'policies', 'runtime']) {
    expect(noted.indexOf(`${step} begin`), step).toBeGreaterThanOrEqual(0);
    expect(noted.indexOf(`${step} done`), step).toBeGreaterThan(noted.indexOf(`${step} begin`));
  }
  expect(await readFile(journal, 'utf8')).not.toContain('a-private-value');

  await untag();
  await expect(world.agent().deploy()).rejects.toMatchObject({ code: 'NOT_OURS' });
  // A line that was cut by a crash does not spoil the others.
  await appendFile(journal, '{"step":"runt');
  world.tap.calls.length = 0;
  await world.agent().deploy({ journal });
  expect(world.tap.writes().toSorted()).toEqual(['TagResource', 'TagRole']);
});

test('a run that failed made nothing; destroy with the journal deletes what lost its tags, and the journal with it', async () => {
  world.tap.fault = ({ name }) => (name === 'CreateRole' ? { status: 400, errorType: 'InvalidInput', body: { message: 'no' } } : undefined);
  await expect(world.agent().deploy({ journal })).rejects.toMatchObject({ code: 'AWS' });
  expect(await lines()).toEqual(expect.arrayContaining(['role begin', 'role failed']));
  world.tap.fault = () => undefined;
  const iam = new (await import('@aws-sdk/client-iam')).IAM({ ...world.aws, region: world.emulator.region });
  const RoleName = `BedrockAgentCore-test_agent-${world.emulator.region}`;
  await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"bedrock-agentcore.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
  });
  await expect(world.agent().deploy({ journal })).rejects.toMatchObject({ code: 'NOT_OURS', message: expect.stringContaining(RoleName) });
  await iam.deleteRole({ RoleName });

  await world.agent().deploy({ journal });
  await untag();
  expect(await world.agent().destroy({ journal })).toMatchObject({ kept: [], verified: true });
  await expect(readFile(journal)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(world.emulator.inventory()).toEqual([]);
});

test.runIf(isDeep)('one journal serves several agents: the end of one leaves the notes of the others', async () => {
  await world.agent({ name: 'other' }).deploy({ journal });
  await world.agent().deploy({ journal });
  await untag();
  await world.agent({ name: 'other' }).destroy({ journal });
  expect(await world.agent().status({ journal })).toMatchObject({
    status: 'READY',
    drift: [expect.stringMatching(/^repository: tag/), expect.stringMatching(/^role: tag/)],
  });
  expect((await world.agent().plan({ journal })).changed).toBe(true);
  expect(await world.agent().destroy({ journal })).toMatchObject({ kept: [], verified: true });
  await expect(readFile(journal)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what was created at another time than the journal says is not its, however it is called', async () => {
  await world.agent().deploy({ journal });
  await world.agent().destroy();
  const text = await readFile(journal, 'utf8');
  await writeFile(journal, text.replaceAll(/"at":"[^"]*"/g, `"at":"${new Date(Date.now() - 3_600_000).toISOString()}"`));
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  await ecr.createRepository({ repositoryName: 'bedrock-agentcore-test_agent' });
  expect(await world.agent().destroy({ journal })).toMatchObject({ deleted: [], kept: [{ why: expect.stringContaining('not made by') }] });
});
