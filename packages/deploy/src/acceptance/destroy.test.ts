import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDeep } from '../../../../testing/seed.ts';
import { asRole } from '../test/as-role.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('destroy leaves the account as it was before the deployment, says so, and succeeds again', async () => {
  const before = world.emulator.inventory();
  const deployment = await world
    .agent({ credentials: ['openai'], policies: { more: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } })
    .deploy();
  await (await deployment.invoke({})).json();
  expect(world.emulator.inventory().length).toBeGreaterThan(before.length + 2);

  // Another process: it knows the name and the region, and has neither the source nor a state file.
  const { entry: _none, ...nameOnly } = world.agent().definition;
  const { defineAgent } = await import('../index.ts');
  const dry = await defineAgent(nameOnly).destroy({ dryRun: true });
  expect(dry.deleted).toHaveLength(4);
  const report = await defineAgent(nameOnly).destroy({ onEvent: world.onEvent });
  expect(report.deleted).toEqual([
    deployment.agentRuntimeArn,
    // The service makes it for the runtime.
    expect.stringMatching(/^\/aws\/bedrock-agentcore\/runtimes\/.*-DEFAULT$/),
    deployment.roleArn,
    expect.stringContaining(':repository/bedrock-agentcore-test_agent'),
  ]);
  expect(report).toMatchObject({ verified: true, kept: [] });
  expect(world.emulator.inventory()).toEqual(before);
  expect(world.events.filter(({ type }) => type === 'deleted')).toHaveLength(4);

  expect(await defineAgent(nameOnly).destroy()).toEqual({ deleted: [], kept: [], verified: true });
});

test('a role of the user is used as it is, survives, and is listed', async () => {
  const iam = new (await import('@aws-sdk/client-iam')).IAM({ ...world.aws, region: world.emulator.region });
  const { basePolicy } = await import('../policies/base-policy.ts');
  const { trustPolicy } = await import('../policies/trust-policy.ts');
  const place = { partition: 'aws', account: world.emulator.accountId, region: world.emulator.region };
  const RoleName = 'MineBedrockAgentCore';
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trustPolicy(place)) });
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'mine',
    PolicyDocument: JSON.stringify(
      basePolicy({
        ...place,
        image: `${world.emulator.accountId}.dkr.ecr.${world.emulator.region}.amazonaws.com/bedrock-agentcore-test_agent`,
      }),
    ),
  });
  const before = world.emulator.inventory();
  world.tap.calls.length = 0;

  const agent = world.agent({ role: Role?.Arn ?? '', credentials: ['openai'] });
  expect((await agent.deploy()).roleArn).toBe(Role?.Arn);
  expect(world.tap.writes().filter((name) => /Role/.test(name))).toEqual([]);
  expect(await agent.destroy()).toMatchObject({ verified: true, kept: [{ id: Role?.Arn, why: expect.stringContaining('yours') }] });
  expect(world.emulator.inventory()).toEqual(before);
});

test('what was not made by this package is refused without adopt, and kept by destroy', async () => {
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  await ecr.createRepository({ repositoryName: 'bedrock-agentcore-test_agent' });
  world.tap.calls.length = 0;
  await expect(world.agent().deploy()).rejects.toMatchObject({ code: 'NOT_OURS', message: expect.stringContaining('adopt') });
  expect(world.tap.writes()).toEqual([]);
  expect(await world.agent().destroy()).toMatchObject({
    deleted: [],
    kept: [{ why: expect.stringContaining('not made by this package') }],
    verified: true,
  });

  await world.agent({ adopt: true }).deploy();
  // It is tagged now, so it is ours.
  expect((await world.agent().destroy()).deleted).toHaveLength(4);
});

test('a runtime that lost its tags, or was somebody else’s, is refused without adopt, and kept by destroy', async () => {
  const control = new (await import('@aws-sdk/client-bedrock-agentcore-control')).BedrockAgentCoreControl({
    ...world.aws,
    region: world.emulator.region,
  });
  const { agentRuntimeArn } = await world.agent().deploy();
  await control.untagResource({ resourceArn: agentRuntimeArn, tagKeys: ['agentcore-deploy:agent'] });
  await world.edit('another answer');
  world.tap.calls.length = 0;
  await expect(world.agent().deploy()).rejects.toMatchObject({
    code: 'NOT_OURS',
    message: expect.stringContaining('The runtime test_agent'),
  });
  expect(world.tap.writes()).toEqual([]);
  expect(await world.agent().destroy()).toMatchObject({ kept: [{ id: agentRuntimeArn }] });

  expect(await world.agent({ adopt: true }).deploy()).toMatchObject({ agentRuntimeArn });
  expect(await world.agent().destroy()).toMatchObject({ kept: [], verified: true });
  expect(world.emulator.inventory()).toEqual([]);
});

test.runIf(isDeep)('a repository with more than a hundred images goes as a whole', async () => {
  const deployment = await world.agent().deploy();
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const repositoryName = 'bedrock-agentcore-test_agent';
  const { images } = await ecr.batchGetImage({ repositoryName, imageIds: [{ imageDigest: deployment.imageUri.split('@')[1] }] });
  const manifest = JSON.parse(images?.[0]?.imageManifest ?? '') as { annotations?: Record<string, string> };
  for (let n = 0; n < 105; n += 1) {
    await ecr.putImage({
      repositoryName,
      imageManifest: JSON.stringify({ ...manifest, annotations: { n: String(n) } }),
      imageTag: `n${n}`,
    });
  }
  expect(await world.agent().destroy()).toMatchObject({ verified: true });
  await expect(ecr.describeRepositories({ repositoryNames: [repositoryName] })).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
  });
});

test.runIf(isDeep)('two destructions at once both succeed', async () => {
  await world.agent({ credentials: ['openai'] }).deploy();
  const reports = await Promise.all([world.agent().destroy(), world.agent().destroy()]);
  expect(reports).toMatchObject([{ verified: true }, { verified: true }]);
  expect(world.emulator.inventory()).toEqual([]);
});

test.runIf(isDeep)('a role of its own that an agent had before it got one of yours goes, too', async () => {
  const iam = new (await import('@aws-sdk/client-iam')).IAM({ ...world.aws, region: world.emulator.region });
  const { roleArn } = await world.agent({ name: 'model' }).deploy();
  const { roleArn: former } = await world.agent().deploy();
  const yours = world.agent({ role: roleArn });
  await iam.putRolePolicy({
    RoleName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
    PolicyName: 'pull',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }] }),
  });
  await yours.deploy();
  const report = await yours.destroy();
  expect(report).toMatchObject({ verified: true, kept: [{ id: roleArn }] });
  expect(report.deleted).toContain(former);
  expect(await iam.listRoles({})).toMatchObject({ Roles: [{ Arn: roleArn }] });
});

test.runIf(isDeep)(
  'logs of an earlier runtime are named and kept, and the rest is verified; those that an interrupted destruction left are deleted',
  async () => {
    const { CloudWatchLogs } = await import('@aws-sdk/client-cloudwatch-logs');
    const { BedrockAgentCoreControl } = await import('@aws-sdk/client-bedrock-agentcore-control');
    const config = { ...world.aws, region: world.emulator.region };
    const [logs, control] = [new CloudWatchLogs(config), new BedrockAgentCoreControl(config)];
    const groups = async () => ((await logs.describeLogGroups({})).logGroups ?? []).map(({ logGroupName }) => logGroupName);
    const print = async (): Promise<string> => {
      const deployment = await world.agent().deploy();
      await (await deployment.invoke({ mode: 'print', seen: 'hello' })).json();
      const group = `/aws/bedrock-agentcore/runtimes/${deployment.agentRuntimeId}-DEFAULT`;
      await expect.poll(() => groups()).toContain(group);
      return group;
    };
    const first = await print();
    const { agentRuntimeId } = await world.agent().attach();
    await control.deleteAgentRuntime({ agentRuntimeId });
    await expect.poll(() => world.agent().status()).toMatchObject({ status: 'NOT_DEPLOYED' });

    const second = await print();
    const controller = new AbortController();
    world.tap.lost = ({ method, name }) => {
      if (method !== 'DELETE' || !name.startsWith('DELETE /runtimes/')) return false;
      controller.abort();
      return true;
    };
    await expect(world.agent().destroy({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    world.tap.lost = () => false;
    await expect.poll(() => world.agent().status()).toMatchObject({ status: 'NOT_DEPLOYED' });

    const report = await world.agent().destroy();
    expect(report).toMatchObject({ verified: true, kept: [{ id: first, why: expect.stringContaining('is gone') }] });
    expect(report.deleted).toContain(second);
    expect(await groups()).toEqual([first]);
  },
);

test("status tells what is somebody else's as it tells of drift", async () => {
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  await ecr.createRepository({ repositoryName: 'bedrock-agentcore-test_agent' });
  expect(await world.agent().status()).toMatchObject({
    status: 'NOT_DEPLOYED',
    drift: [expect.stringMatching(/^repository: .* was not made by this package/)],
  });
});

test('a repository that holds the image of yours is kept', async () => {
  const { imageUri, repositoryUri } = await world.agent().deploy();
  const own = world.agent({ image: imageUri });
  await own.deploy();
  const report = await own.destroy();
  expect(report).toMatchObject({ verified: true, kept: [{ why: expect.stringContaining('image of yours') }] });
  expect(report.kept[0]?.id.endsWith(repositoryUri.slice(repositoryUri.indexOf('/')))).toBe(true);
});

test('an object that may not be deleted is named, with the reason of S3', async () => {
  const zipped = world.agent({ artifact: 'zip' });
  const { codeUri } = await zipped.deploy();
  const aws = await asRole(world, 'keeper', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', NotAction: ['s3:DeleteObject', 's3:DeleteObjectVersion'], Resource: '*' }],
  });
  await expect(zipped.with({ aws }).destroy()).rejects.toMatchObject({
    code: 'AWS',
    message: expect.stringContaining(`${codeUri} could not be deleted: AccessDenied`),
  });
});
