import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { isDeep } from '../../../../testing/seed.ts';
import { createRegistryClient } from '../oci/client.ts';
import { digestOf } from '../oci/digest.ts';
import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.tap.calls.length = 0;
  world.events.length = 0;
});

test('a cold deployment needs neither docker nor the aws CLI, and the agent answers as JSON and as a stream', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  const deployment = await world
    .agent()
    .deploy({ onEvent: world.onEvent })
    .finally(() => vi.unstubAllEnvs());

  expect(deployment).toMatchObject({
    status: 'READY',
    agentRuntimeVersion: '1',
    agentRuntimeArn: expect.stringMatching(/:runtime\/test_agent-\w{10}$/),
    repositoryUri: `${world.emulator.accountId}.dkr.ecr.${world.emulator.region}.amazonaws.com/bedrock-agentcore-test_agent`,
    imageUri: expect.stringMatching(/\/bedrock-agentcore-test_agent@sha256:[a-f0-9]{64}$/),
    roleArn: `arn:aws:iam::${world.emulator.accountId}:role/BedrockAgentCore-test_agent-${world.emulator.region}`,
    workloadIdentityName: expect.stringMatching(/^test_agent-\w+$/),
  });
  const reply = await deployment.invoke({});
  expect(reply).toMatchObject({ statusCode: 200, contentType: 'application/json', sessionId: expect.stringMatching(/.{33,}/) });
  expect(await reply.json()).toBe('2 x 2 is 4');

  const pieces: string[] = [];
  for await (const piece of (await deployment.invoke({ mode: 'stream' }, { userId: 'learner' })).text()) pieces.push(piece);
  expect(pieces).toEqual(['2 ', 'x ', '2 ', 'is ', '4 ']);
  expect(world.events.map(({ type, step }) => `${type} ${step}`)).toEqual(
    expect.arrayContaining([
      'finished bundle',
      'finished image',
      'finished repository',
      'finished push',
      'finished role',
      'finished policies',
      'finished runtime',
    ]),
  );
});

test('events name what was made: the ARN of the runtime, the URI of the repository', async () => {
  const agent = world.agent({ name: 'named' });
  const deployment = await agent.deploy({ onEvent: world.onEvent });
  const finished = Object.fromEntries(world.events.filter(({ type }) => type === 'finished').map(({ step, resource }) => [step, resource]));
  expect(finished).toMatchObject({
    runtime: deployment.agentRuntimeArn,
    repository: deployment.repositoryUri,
    role: deployment.roleArn,
    push: deployment.imageUri,
  });
  await agent.destroy();
});

test('an error event of the agent is an error with its type', async () => {
  const deployment = await world.agent().attach();
  const reply = await deployment.invoke({ mode: 'fail' });
  await expect(reply.json()).rejects.toMatchObject({ code: 'AGENT_ERROR', type: 'AccessDeniedException', message: 'not allowed' });
});

test('an unchanged redeployment sends 0 bytes, writes nothing, and keeps the version', async () => {
  const deployment = await world.agent().deploy({ onEvent: world.onEvent });
  expect(deployment.agentRuntimeVersion).toBe('1');
  expect(world.tap.writes()).toEqual([]);
  expect(world.tap.calls.filter(({ path }) => path.startsWith('/v2/')).reduce((sum, { requestBytes }) => sum + requestBytes, 0)).toBe(0);
  expect(
    world.events
      .filter(({ type }) => type === 'unchanged')
      .map(({ step }) => step)
      .sort(),
  ).toEqual(['policies', 'push', 'repository', 'role', 'runtime']);
});

test('a plan only reads, and names what a deployment would do', async () => {
  await world.edit('a plan');
  const plan = await world.agent({ credentials: ['openai'], env: { LOG_LEVEL: 'very-private' } }).plan();
  expect(world.tap.writes()).toEqual([]);
  expect(plan).toMatchObject({ changed: true, account: world.emulator.accountId });
  expect(plan.bytes).toBeGreaterThan(100);
  expect(Object.fromEntries(plan.changes.map(({ step, action }) => [step, action]))).toEqual({
    bundle: 'none',
    image: 'none',
    repository: 'none',
    push: 'create',
    role: 'none',
    policies: 'update',
    runtime: 'update',
  });
  expect(plan.changes.find(({ step }) => step === 'runtime')?.differences).toEqual(
    expect.arrayContaining(['environmentVariables.LOG_LEVEL']),
  );
  expect(plan.changes.find(({ step }) => step === 'policies')?.differences).toEqual(['policy agentcore-credentials: added']);
  expect(Object.keys(plan.policies)).toEqual(['trust', 'agentcore-base', 'agentcore-credentials']);
  expect(JSON.stringify(plan)).not.toContain('very-private');
});

test('a code change sends the layer, config and manifest alone, and makes the next version of the same runtime', async () => {
  const before = await world.agent().attach();
  await world.edit('2 x 2 is four');
  world.tap.calls.length = 0;
  const after = await world.agent().deploy();
  expect(after.agentRuntimeArn).toBe(before.agentRuntimeArn);
  expect(after.agentRuntimeVersion).toBe('2');
  // No layer of the base is read, and three things are written to the registry.
  expect(
    world.tap.calls.filter(({ method, path }) => method === 'GET' && path.includes('docker/library') && path.includes('/blobs/')),
  ).toHaveLength(1);
  expect(world.tap.calls.filter(({ method, path }) => method === 'PUT' && path.startsWith('/v2/'))).toHaveLength(3);
  expect(await (await after.invoke({})).json()).toBe('2 x 2 is four');
});

test('adding a credential writes one inline policy and nothing else; taking it away removes it', async () => {
  await world.agent({ credentials: ['openai'] }).deploy();
  expect(world.tap.writes()).toEqual(['PutRolePolicy']);
  world.tap.calls.length = 0;
  await world.agent().deploy();
  expect(world.tap.writes()).toEqual(['DeleteRolePolicy']);
});

test('an extra policy that is taken out of the description is taken off the role; a policy of somebody else stays', async () => {
  const iam = new (await import('@aws-sdk/client-iam')).IAM({ ...world.aws, region: world.emulator.region });
  const RoleName = `BedrockAgentCore-test_agent-${world.emulator.region}`;
  const names = async (): Promise<string[]> => (await iam.listRolePolicies({ RoleName })).PolicyNames?.toSorted() ?? [];
  const statements = [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: 'arn:aws:s3:::menu/*' }];
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'somebody-else',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

  await world.agent({ policies: { menu: statements } }).deploy();
  expect(await names()).toEqual(['agentcore-base', 'agentcore-extra-menu', 'somebody-else']);
  const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName, PolicyName: 'agentcore-extra-menu' });
  expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual({ Version: '2012-10-17', Statement: statements });
  await world.agent().deploy();
  expect(await names()).toEqual(['agentcore-base', 'somebody-else']);
});

test('a base of your own in ECR is read with the token of its registry, and its layers are mounted', async () => {
  const { repositoryUri, imageUri } = await world.agent().attach();
  // The image that was just deployed serves as the base of another agent.
  const other = world.agent({ name: 'on_a_base', base: `${repositoryUri}@${imageUri.split('@')[1]}` });
  world.tap.calls.length = 0;
  const deployment = await other.deploy();
  expect(await (await deployment.invoke({})).json()).toEqual(expect.any(String));
  const mounts = world.tap.calls.filter(({ path, status }) => path.includes('mount=') && status === 201);
  expect(mounts).toHaveLength(2);
  expect(mounts.every(({ path }) => path.includes('from=bedrock-agentcore-test_agent'))).toBe(true);
  await other.destroy();
});

test('policies that are too long together are refused before anything is written', async () => {
  const Resource = Array.from({ length: 300 }, (_, n) => `arn:aws:s3:::a-bucket-with-a-long-name/${n}/*`);
  await expect(world.agent({ policies: { long: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] } }).deploy()).rejects.toMatchObject(
    {
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/IAM takes 10240: agentcore-base \d+, agentcore-extra-long \d+/),
    },
  );
  expect(world.tap.writes()).toEqual([]);
});

test('what the description does not mention stays: env, lifecycle, network', async () => {
  await world.agent({ env: { GREETING: 'hello' }, lifecycle: { idleSessionSeconds: 120 }, description: 'a test' }).deploy();
  await world.edit('changed again');
  const deployment = await world.agent().deploy();
  expect(await (await deployment.invoke({ mode: 'env', seen: 'GREETING' })).json()).toBe('hello');
  expect((await world.agent({ lifecycle: { idleSessionSeconds: 120 }, description: 'a test' }).status()).drift).toEqual([]);
  await world.agent({ env: {} }).deploy();
  expect((await world.agent({ env: { GREETING: 'hello' } }).status()).drift).toEqual(['runtime: environmentVariables.GREETING']);
});

test.runIf(isDeep)('every update sends the whole configuration: VPC, request headers and authorizer stay', async () => {
  const { discoveryUrl } = world.emulator.vendor;
  const name = 'configured';
  const described = {
    network: { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] },
    requestHeaders: ['X-Amzn-Bedrock-AgentCore-Runtime-Custom-Trace'],
    authorizer: { discoveryUrl, allowedAudience: ['notes'] },
    lifecycle: { idleSessionSeconds: 120, maxLifetimeSeconds: 600 },
  } as const;
  const { agentRuntimeArn } = await world.agent({ name, ...described }).deploy();
  await world.edit('with everything as it was');
  expect(await world.agent({ name }).deploy()).toMatchObject({ agentRuntimeArn, agentRuntimeVersion: '2' });
  const control = new (await import('@aws-sdk/client-bedrock-agentcore-control')).BedrockAgentCoreControl({
    ...world.aws,
    region: world.emulator.region,
  });
  expect(await control.getAgentRuntime({ agentRuntimeId: agentRuntimeArn.split('/')[1] })).toMatchObject({
    networkConfiguration: {
      networkMode: 'VPC',
      networkModeConfig: { subnets: described.network.subnets, securityGroups: described.network.securityGroups },
    },
    requestHeaderConfiguration: { requestHeaderAllowlist: described.requestHeaders },
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedAudience: ['notes'] } },
    lifecycleConfiguration: { idleRuntimeSessionTimeout: 120, maxLifetime: 600 },
  });
  expect(await world.agent({ name, ...described }).status()).toMatchObject({ drift: [] });
  await world.agent({ name }).destroy();
});

test('status shows what somebody changed by hand', async () => {
  const iam = new (await import('@aws-sdk/client-iam')).IAM({ ...world.aws, region: world.emulator.region });
  const RoleName = `BedrockAgentCore-test_agent-${world.emulator.region}`;
  expect(await world.agent().status()).toMatchObject({ status: 'READY', ours: true, drift: [] });
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'agentcore-base',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
  });
  expect((await world.agent().status()).drift).toEqual(['policies: policy agentcore-base: changed']);
  await world.agent().deploy();
  expect((await world.agent().status()).drift).toEqual([]);
});

test.runIf(isDeep)('an image that was deleted from the repository is told as drift, and sent again', async () => {
  const agent = world.agent({ name: 'imageless' });
  const { imageUri, repositoryUri } = await agent.deploy();
  const gone = `push: ${imageUri} was deleted; deploy() sends it again`;
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const repositoryName = repositoryUri.slice(repositoryUri.indexOf('/') + 1);
  await ecr.batchDeleteImage({ repositoryName, imageIds: [{ imageDigest: imageUri.slice(repositoryUri.length + 1) }] });
  expect((await agent.status()).drift).toEqual([gone]);
  expect(await agent.deploy()).toMatchObject({ imageUri, agentRuntimeVersion: '1' });
  expect((await agent.status()).drift).toEqual([]);
  await ecr.deleteRepository({ repositoryName, force: true });
  expect((await agent.status()).drift).toEqual(['repository: it does not exist', gone]);
  await agent.destroy();
});

test.skipIf(isSkippedWithout('skopeo'))('skopeo copies the image with the token that the aws CLI would pipe into it', async () => {
  const { imageUri } = await world.agent().attach();
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const { authorizationData } = await ecr.getAuthorizationToken({});
  const credentials = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const source = `docker://${new URL(world.emulator.endpoint).host}/bedrock-agentcore-test_agent@${imageUri.split('@')[1]}`;
  const target = join(world.directory, 'copy');
  await promisify(execFile)('skopeo', [
    'copy',
    '--quiet',
    '--src-tls-verify=false',
    `--src-creds=${credentials}`,
    '--override-os=linux',
    '--override-arch=arm64',
    source,
    `dir:${target}`,
  ]);
  const manifest = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const config = JSON.parse(await readFile(join(target, manifest.config.digest.slice(7)), 'utf8')) as { rootfs: { diff_ids: string[] } };
  const layers = await Promise.all(manifest.layers.map(({ digest }) => readFile(join(target, digest.slice(7)))));
  // The emulator's base is not compressed.
  expect(config.rootfs.diff_ids).toEqual(layers.map((bytes) => digestOf(bytes.readUInt16BE() === 0x1f8b ? gunzipSync(bytes) : bytes)));
});

test('the image that was pushed is read by any client of the registry', async () => {
  const { imageUri } = await world.agent().attach();
  const [, digest = ''] = imageUri.split('@');
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const { authorizationData } = await ecr.getAuthorizationToken({});
  const client = createRegistryClient({
    endpoint: world.emulator.endpoint,
    authorization: `Basic ${authorizationData?.[0]?.authorizationToken}`,
  });
  const { resolveImage } = await import('../oci/resolve.ts');
  const image = await resolveImage(client, 'bedrock-agentcore-test_agent', digest, { os: 'linux', architecture: 'arm64' });
  expect(image.config.config).toMatchObject({
    User: '1000',
    Entrypoint: ['node'],
    Cmd: ['/app/index.mjs'],
    WorkingDir: '/app',
    ExposedPorts: { '8080/tcp': {} },
  });
  expect(image.config.config?.Env).toEqual(expect.arrayContaining(['DOCKER_CONTAINER=1', 'NODE_ENV=production']));
});

test('an image of your own is deployed as it is: nothing is built, and its repository is not touched', async () => {
  const { imageUri } = await world.agent().attach();
  const own = world.agent({ name: 'own_image', image: imageUri, entry: '/nowhere/agent.ts' });
  world.tap.calls.length = 0;
  const deployment = await own.deploy();
  expect(deployment.imageUri).toBe(imageUri);
  expect(world.tap.calls.map(({ name }) => name).filter((name) => /Repositor|\/v2\//.test(name))).toEqual([]);
  expect(await (await deployment.invoke({})).text().next()).toMatchObject({ done: false });
  const logGroup = `/aws/bedrock-agentcore/runtimes/${deployment.agentRuntimeArn.split('/').at(-1)}-DEFAULT`;
  expect(await own.destroy()).toMatchObject({ deleted: [deployment.agentRuntimeArn, logGroup, deployment.roleArn], verified: true });
  expect((await world.agent().status()).status).toBe('READY');
  expect(() => world.agent({ image: 'docker.io/library/node:22' })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
});

test.runIf(isDeep)('an image of your own under a tag is deployed by its digest: a push under the same tag is a change', async () => {
  const { imageUri, repositoryUri } = await world.agent().attach();
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const repositoryName = repositoryUri.slice(repositoryUri.indexOf('/') + 1);
  const tag = async (imageDigest: string): Promise<void> => {
    const { images = [] } = await ecr.batchGetImage({ repositoryName, imageIds: [{ imageDigest }] });
    await ecr.putImage({ repositoryName, imageManifest: images[0]?.imageManifest, imageTag: 'latest' });
  };
  await tag(imageUri.slice(repositoryUri.length + 1));
  const own = world.agent({ name: 'own_tag', image: `${repositoryUri}:latest` });
  expect(await own.deploy()).toMatchObject({ imageUri });
  expect((await own.plan()).changed).toBe(false);
  expect(await own.status()).toMatchObject({ drift: [] });

  await world.edit('pushed again');
  const second = await world.agent().deploy();
  await tag(second.imageUri.slice(repositoryUri.length + 1));
  expect(await own.deploy()).toMatchObject({ agentRuntimeVersion: '2', imageUri: second.imageUri });
  await expect(world.agent({ name: 'own_tag', image: `${repositoryUri}:nothing` }).plan()).rejects.toMatchObject({
    code: 'REGISTRY',
    message: expect.stringContaining('nothing'),
  });
  await own.destroy();
  await world.edit('2 x 2 is 4');
  await world.agent().deploy();
});
