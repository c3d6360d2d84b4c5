import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBase } from '../test/images.ts';
import type { TestRegistry } from '../test/registry.ts';
import { startTestRegistry } from '../test/registry.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
let registry: TestRegistry;
beforeEach(async () => {
  world = await startWorld();
  registry = await startTestRegistry();
});
afterEach(() => Promise.all([world.close(), registry.close()]));

const host = (): string => new URL(registry.url).host;

test('a base for amd64 alone fails before anything is written to AWS', async () => {
  await addBase(registry, 'node', '22', { os: 'linux', architecture: 'amd64' });
  await expect(world.agent({ base: `${host()}/node:22` }).deploy({ onEvent: world.onEvent })).rejects.toMatchObject({
    code: 'BASE_UNSUITABLE',
    message: expect.stringContaining('linux/arm64'),
  });
  expect(world.tap.writes()).toEqual([]);
  // Told once, although three steps depend on it.
  expect(world.events.filter(({ type }) => type === 'failed')).toHaveLength(1);
});

test('a tampered base layer is a digest error, and no manifest is pushed', async () => {
  await addBase(registry, 'node', '22');
  const layer = [...registry.blobs.keys()][0] as string;
  registry.blobs.set(
    layer,
    (registry.blobs.get(layer) as Uint8Array).map((byte, index) => (index === 12 ? byte ^ 1 : byte)),
  );
  await expect(world.agent({ base: `${host()}/node:22` }).deploy()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(world.tap.calls.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'))).toEqual([]);
  expect(world.tap.writes()).not.toContain('PUT /runtimes/');
});

test('a role that cannot be assumed yet is asked for again: three refusals, then success', async () => {
  let refusals = 0;
  world.tap.fault = ({ method, path }) => {
    if (method !== 'PUT' || path !== '/runtimes/' || refusals === 3) return undefined;
    refusals += 1;
    return {
      status: 400,
      errorType: 'ValidationException',
      body: {
        message:
          "Role validation failed for 'arn:...'. Please verify that the role exists and its trust policy allows assumption by this service",
      },
    };
  };
  expect((await world.agent().deploy({ onEvent: world.onEvent })).status).toBe('READY');
  expect(world.events.filter(({ type }) => type === 'retrying')).toHaveLength(3);
});

test.each([
  ['PUT /runtimes/', { status: 429, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } }],
  [
    'CreateRole',
    {
      status: 400,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
    },
  ],
])('%s that is throttled twice is asked again, and succeeds', async (name, refusal) => {
  let refusals = 0;
  world.tap.fault = (call) => {
    if (call.name !== name || refusals === 2) return undefined;
    refusals += 1;
    return refusal;
  };
  expect((await world.agent().deploy()).status).toBe('READY');
  expect(refusals).toBe(2);
});

test('a service that throttles without end is given up at the deadline, which says what was being done', async () => {
  world.tap.fault = ({ name }) =>
    name === 'PUT /runtimes/' ? { status: 429, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } } : undefined;
  await expect(world.agent().deploy({ timeoutMs: 1500 })).rejects.toMatchObject({
    code: 'DEADLINE',
    message: expect.stringMatching(
      /^Not finished after 1\.5 s; it was creating .*, and the last answer was ThrottlingException: Rate exceeded\. Nothing is lost: run it again/,
    ) as string,
  });
});

test('CREATE_FAILED ends the deployment with the reason of the service; the next one replaces the runtime', async () => {
  await writeFile(world.entry, 'process.exit(3);');
  const failure = await world
    .agent()
    .deploy()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'RUNTIME_FAILED', message: expect.stringMatching(/CREATE_FAILED: .*exit code 3/) });
  expect((await world.agent().status()).status).toBe('CREATE_FAILED');
  await world.edit('repaired');
  expect((await world.agent().plan()).changes.find(({ step }) => step === 'runtime')).toMatchObject({ action: 'replace' });
  const deployment = await world.agent().deploy();
  expect(await (await deployment.invoke({})).json()).toBe('repaired');
  expect(world.emulator.inventory().filter(({ type }) => type === 'bedrock-agentcore:runtime')).toHaveLength(1);
});

test('UPDATE_FAILED is reported with its reason, and the next deployment repairs it', async () => {
  const before = await world.agent().deploy();
  await writeFile(world.entry, 'process.exit(4);');
  await expect(world.agent().deploy()).rejects.toMatchObject({ code: 'RUNTIME_FAILED', message: expect.stringMatching(/exit code 4/) });
  await world.edit('repaired');
  const deployment = await world.agent().deploy();
  expect(deployment.agentRuntimeArn).toBe(before.agentRuntimeArn);
  expect(await (await deployment.invoke({})).json()).toBe('repaired');
});

test('an abort stops a call that AWS never answers, and the next deployment continues', async () => {
  const controller = new AbortController();
  world.tap.fault = ({ method, path }) => {
    if (method === 'PUT' && path === '/runtimes/') {
      controller.abort();
      // Never answered.
      return new Promise(() => undefined);
    }
    return undefined;
  };
  await expect(world.agent().deploy({ signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
    message: expect.stringContaining('creating the runtime'),
  });
  world.tap.fault = () => undefined;
  world.tap.calls.length = 0;
  expect((await world.agent().deploy()).status).toBe('READY');
  expect(world.tap.writes()).toEqual(['PUT /runtimes/']);

  const before = AbortSignal.abort();
  await expect(world.agent().deploy({ signal: before })).rejects.toMatchObject({ code: 'ABORTED' });
});

test("onFailure: 'rollback' leaves the account as it was", async () => {
  const empty = world.emulator.inventory();
  const fail = (): void => {
    world.tap.fault = ({ method, path }) =>
      method === 'GET' && /runtime-endpoints\/DEFAULT/.test(path)
        ? { status: 400, errorType: 'ValidationException', body: { message: 'no endpoint today' } }
        : undefined;
  };
  fail();
  await expect(world.agent().deploy({ onFailure: 'rollback', onEvent: world.onEvent })).rejects.toMatchObject({
    code: 'AWS',
    message: expect.stringContaining('no endpoint today'),
  });
  expect(world.emulator.inventory()).toEqual(empty);
  expect(world.events.filter(({ type }) => type === 'undone').map(({ step }) => step)).toEqual([
    'runtime',
    'policies',
    'role',
    'repository',
  ]);

  // And over a deployment that works: the old code answers again, with the old policies.
  world.tap.fault = () => undefined;
  const deployment = await world.agent().deploy();
  const status = await world.agent().status();
  await world.edit('worse');
  let updates = 0;
  world.tap.fault = ({ method, path }) => {
    if (method === 'PUT' && path.startsWith('/runtimes/test_agent-')) updates += 1;
    return updates === 1 && method === 'GET' && /runtime-endpoints\/DEFAULT/.test(path)
      ? { status: 400, errorType: 'ValidationException', body: { message: 'no endpoint today' } }
      : undefined;
  };
  await expect(world.agent({ credentials: ['openai'] }).deploy({ onFailure: 'rollback' })).rejects.toMatchObject({ code: 'AWS' });
  world.tap.fault = () => undefined;
  expect(await world.agent().status()).toMatchObject({ imageUri: status.imageUri, drift: [], status: 'READY' });
  expect(await (await deployment.invoke({})).json()).toBe('2 x 2 is 4');
});

test.each([
  ['the repository', 'CreateRepository'],
  ['the role', 'CreateRole'],
  ['a policy', 'PutRolePolicy'],
  ['the runtime', 'PUT /runtimes/'],
])('rollback also takes back %s that AWS made while its answer was lost', async (_what, write) => {
  const before = world.emulator.inventory();
  const controller = new AbortController();
  world.tap.lost = ({ name }) => {
    if (name !== write || controller.signal.aborted) return false;
    controller.abort(new Error('Ctrl-C'));
    return true;
  };
  await expect(world.agent().deploy({ onFailure: 'rollback', signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(world.tap.calls.find(({ name }) => name === write)?.status).toBeLessThan(300);
  expect(world.emulator.inventory()).toEqual(before);
});

test('of two deployments at once one wins, and the other one says so', async () => {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  world.tap.fault = async ({ method, path }) => {
    if (method !== 'PUT' || path !== '/runtimes/') return undefined;
    waiting += 1;
    if (waiting === 2) both.resolve();
    await both.promise;
    return undefined;
  };
  const results = await Promise.allSettled([world.agent().deploy(), world.agent().deploy()]);
  const won = results.filter(({ status }) => status === 'fulfilled');
  const lost = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(won).toHaveLength(1);
  expect(lost.reason).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('under way') });
  expect(world.emulator.inventory().filter(({ type }) => type === 'bedrock-agentcore:runtime')).toHaveLength(1);
});

test('wrong AWS credentials are the error of the service, kept as the cause, without the secret', async () => {
  const secretAccessKey = 'not-the-secret-of-this-key-0000000000000';
  const failure = (await world
    .agent({ aws: { ...world.aws, credentials: { ...world.aws.credentials, accessKeyId: world.emulator.accessKeyId, secretAccessKey } } })
    .deploy()
    .catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({ code: 'AWS', cause: expect.objectContaining({ name: expect.stringMatching(/Signature/) }) });
  expect(JSON.stringify(failure) + failure.message).not.toContain(secretAccessKey);
});

test('a session id that is too short and an agent that is not there are told apart', async () => {
  await expect(world.agent().attach()).rejects.toMatchObject({ code: 'NOT_DEPLOYED', message: expect.stringContaining('test_agent') });
  const deployment = await world.agent().deploy();
  await expect(deployment.invoke({}, { sessionId: 'short' })).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining('33'),
  });
  await expect(deployment.invoke({}, { qualifier: 'nope' })).rejects.toMatchObject({
    code: 'INVOKE_FAILED',
    type: 'ResourceNotFoundException',
  });
});
