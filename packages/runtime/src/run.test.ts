import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { bundleAgent } from './test/bundle-agent.ts';
import { spawnAgent } from './test/spawn-agent.ts';
import { openSocket } from './test/raw.ts';

let agentFile = '';
beforeAll(async () => {
  const bundle = await bundleAgent(fileURLToPath(new URL('./test/agents/lifecycle.ts', import.meta.url)));
  agentFile = bundle.file;
  return bundle.remove;
});
const REQUEST = 'x-amzn-bedrock-agentcore-runtime-request-id';

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends an idle agent at once with 0, after onStop, and its last lines of log are written',
  async (signal) => {
    const agent = await spawnAgent(agentFile);
    // A connection that is kept alive between two requests must not hold it up.
    await (await agent.invoke(1)).json();
    agent.process.kill(signal);
    expect(await agent.exited).toEqual([0, null]);
    expect(agent.output()).toContain(`${signal}: finishing open requests`);
    expect(agent.output()).toContain('stopped in order');
  },
);

test('what is still open after the drain time is cut, and the agent ends with 0', async () => {
  const agent = await spawnAgent(agentFile, { DRAIN: '100' });
  const hanging = agent.invoke('hang').catch((error: unknown) => error);
  await (await agent.invoke(1)).json();
  agent.process.kill('SIGTERM');
  expect(await agent.exited).toEqual([0, null]);
  expect(await hanging).toBeInstanceOf(Error);
  expect(agent.output()).toContain('still open after 100 ms');
});

test('a second signal ends the agent without waiting', async () => {
  const agent = await spawnAgent(agentFile, { DRAIN: '60000' });
  void agent.invoke('hang').catch(() => undefined);
  await (await agent.invoke(1)).json();
  agent.process.kill('SIGTERM');
  await expect.poll(agent.output).toContain('finishing open requests');
  agent.process.kill('SIGTERM');
  expect(await agent.exited).toEqual([143, null]);
});

test('while it drains, a connection that stays silent does not hold it up', async () => {
  const agent = await spawnAgent(agentFile);
  const socket = await openSocket(agent);
  socket.write('POST /invocations HTTP/1.1\r\nhost: x\r\n');
  await (await agent.invoke(1)).json();
  agent.process.kill('SIGTERM');
  expect(await agent.exited).toEqual([0, null]);
});

test('a failing onStop is told, and the status is 1', async () => {
  const agent = await spawnAgent(agentFile, { STOP: 'fail' });
  agent.process.kill('SIGTERM');
  expect(await agent.exited).toEqual([1, null]);
  expect(agent.output()).toContain('cannot stop');
});

test('a promise that nobody awaited is logged with its request, and the agent goes on', async () => {
  const agent = await spawnAgent(agentFile);
  expect(await (await agent.invoke('reject', { [REQUEST]: 'the-request' })).json()).toBe('rejected');
  await expect.poll(agent.output).toContain('nobody awaits this');
  expect(
    agent
      .output()
      .split('\n')
      .find((line) => line.includes('nobody awaits this')),
  ).toContain('"requestId":"the-request"');
  expect(await (await agent.invoke(1)).json()).toBe(1);
});

test('an exception that nobody caught is logged, and the agent ends with 1', async () => {
  const agent = await spawnAgent(agentFile);
  await expect(agent.invoke('throw')).rejects.toThrow('fetch failed');
  expect(await agent.exited).toEqual([1, null]);
  expect(agent.output()).toContain('nobody catches this');
});

test('lines of log that still wait are written when the process is ended by its own program', async () => {
  const agent = await spawnAgent(agentFile);
  await (await agent.invoke(1, { [REQUEST]: 'the-last-request' })).json();
  await expect(agent.invoke('exit')).rejects.toThrow('fetch failed');
  expect(await agent.exited).toEqual([3, null]);
  expect(agent.output()).toContain('the-last-request');
});
