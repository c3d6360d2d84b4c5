import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alsoDeep } from '../../../../testing/seed.ts';
import type { AgentDefinition } from '../agent/definition.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
let script: string;
beforeAll(async () => {
  world = await startWorld();
  script = join(world.directory, 'deploy.ts');
  const index = pathToFileURL(join(import.meta.dirname, '../index.ts')).href;
  await writeFile(
    script,
    `import { defineAgent } from ${JSON.stringify(index)};\nawait defineAgent(JSON.parse(process.env.DEFINITION)).deploy();\n`,
  );
});
afterAll(() => world.close());

/** Deploys in a process of its own and kills it, without warning, once AWS has carried out the given write. */
async function killAfter(writeName: RegExp, changes: Partial<AgentDefinition> = {}): Promise<void> {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, DEFINITION: JSON.stringify(world.agent(changes).definition) },
    stdio: 'ignore',
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  world.tap.fault = async () => {
    const done = world.tap.calls.some((call) => writeName.test(call.name) && call.status >= 200 && call.status < 300);
    if (!done) return undefined;
    child.kill('SIGKILL');
    await exited;
    return 'break';
  };
  expect(await exited).toBe('SIGKILL');
  world.tap.fault = () => undefined;
}

test.each(
  alsoDeep<[string, RegExp]>(
    [
      ['the role', /^CreateRole$/],
      ['the runtime', /^PUT \/runtimes\/$/],
    ],
    [
      ['the repository', /^CreateRepository$/],
      ['a policy', /^PutRolePolicy$/],
      ['the first blob', /^PUT \/v2\/.*\/blobs\/uploads\//],
      ['the manifest', /^PUT \/v2\/.*\/manifests\//],
    ],
  ),
)('killed after %s was made, the next deployment converges without a duplicate', async (_what, write) => {
  const before = world.emulator.inventory();
  world.tap.calls.length = 0;
  await killAfter(write);
  const deployment = await world.agent().deploy();
  expect(deployment).toMatchObject({ status: 'READY', agentRuntimeVersion: '1' });
  expect(await (await deployment.invoke({})).json()).toBe('2 x 2 is 4');
  const types = world.emulator.inventory().map(({ type }) => type);
  for (const type of ['iam:role', 'ecr:repository', 'bedrock-agentcore:runtime'])
    expect(types.filter((each) => each === type)).toHaveLength(1);
  world.tap.calls.length = 0;
  await world.agent().deploy();
  expect(world.tap.writes()).toEqual([]);
  expect(await world.agent().destroy()).toMatchObject({ verified: true });
  expect(world.emulator.inventory()).toEqual(before);
});

test.each(
  alsoDeep<[string, RegExp]>(
    [['the bucket, which is nobody’s yet', /^PUT \/agentcore-[^/]+\/$/]],
    [
      ['the code', /^PUT \/agentcore-.*\.zip/],
      ['the runtime', /^PUT \/runtimes\/$/],
    ],
  ),
)('a zip: killed after %s was made, the next deployment converges without a duplicate', async (_what, write) => {
  const before = world.emulator.inventory();
  world.tap.calls.length = 0;
  const zip = { artifact: 'zip' } as const;
  await killAfter(write, zip);
  const deployment = await world.agent(zip).deploy();
  expect(deployment).toMatchObject({ status: 'READY', agentRuntimeVersion: '1' });
  expect(await (await deployment.invoke({})).json()).toBe('2 x 2 is 4');
  const types = world.emulator.inventory().map(({ type }) => type);
  for (const type of ['iam:role', 's3:bucket', 'bedrock-agentcore:runtime']) expect(types.filter((each) => each === type)).toHaveLength(1);
  world.tap.calls.length = 0;
  await world.agent(zip).deploy();
  expect(world.tap.writes()).toEqual([]);
  expect(await world.agent(zip).destroy()).toMatchObject({ verified: true });
  expect(world.emulator.inventory()).toEqual(before);
});
