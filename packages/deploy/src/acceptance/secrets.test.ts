import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('no credential and no value of env occurs in events, results, plans, statuses, reports or errors', async () => {
  const agent = world.agent({ env: { PRIVATE: 'a-private-value' }, credentials: ['openai'] });
  const seen: unknown[] = [await agent.plan()];
  const deployment = await agent.deploy({ onEvent: world.onEvent });
  expect(world.tap.calls.map(({ name }) => name)).toContain('GetAuthorizationToken');
  seen.push(deployment, await agent.status(), await agent.attach(), await agent.with({ env: { PRIVATE: 'another-private-value' } }).plan());
  world.tap.fault = ({ method, path }) =>
    method === 'PUT' && path.startsWith('/runtimes/')
      ? { status: 400, errorType: 'ValidationException', body: { message: 'no' } }
      : undefined;
  seen.push(
    await agent
      .with({ env: { PRIVATE: 'another-private-value' } })
      .deploy({ onEvent: world.onEvent })
      .catch((error: unknown) => error),
  );
  world.tap.fault = () => undefined;
  seen.push(await agent.destroy({ onEvent: world.onEvent }), world.events);

  const text = seen.map((value) => inspect(value, { depth: 4 }) + JSON.stringify(value)).join('\n');
  expect(text).toContain('ValidationException');
  expect(text).toContain('environmentVariables.PRIVATE');
  // The last is base64 of "AWS:": how each of ECR's tokens begins.
  for (const secret of ['a-private-value', 'another-private-value', world.emulator.secretAccessKey, 'QVdTO'])
    expect(text).not.toContain(secret);
});
