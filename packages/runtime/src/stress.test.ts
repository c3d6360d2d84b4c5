// Sizes that fit a default run; STRESS=1 takes those of the goal: 10,000 connections and a gigabyte.
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { isStress, rounds } from '../../../testing/seed.ts';
import { bundleAgent } from './test/bundle-agent.ts';
import { spawnAgent, type SpawnedAgent } from './test/spawn-agent.ts';

let agentFile = '';
beforeAll(async () => {
  const bundle = await bundleAgent(fileURLToPath(new URL('./test/agents/stress.ts', import.meta.url)));
  agentFile = bundle.file;
  return bundle.remove;
});
const residentMegabytes = async (agent: SpawnedAgent): Promise<number> =>
  Number(await (await agent.invoke({ how: 'memory' })).json()) / 2 ** 20;

test('connections that never finish their headers are cut off, and others are served meanwhile', async () => {
  const count = rounds(500, 1000, 10_000);
  const agent = await spawnAgent(agentFile, { HEADERS_TIMEOUT: isStress ? '3000' : '1000' });
  const before = await residentMegabytes(agent);
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  let closed = 0;
  while (sockets.length < count) {
    const batch = Array.from({ length: 500 }, async () => {
      const socket = connect({ port: agent.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.on('close', () => (closed += 1));
      socket.resume();
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write('POST /invocations HTTP/1.1\r\nhost: x\r\nx-slow: ');
    });
    await Promise.all(batch);
    expect((await fetch(`${agent.url}/ping`)).status).toBe(200);
  }
  await expect.poll(() => closed, { timeout: 60_000, interval: 50 }).toBe(count);
  expect((await fetch(`${agent.url}/ping`)).status).toBe(200);
  // A connection in this state costs some 10 KB while it lives.
  expect((await residentMegabytes(agent)) - before).toBeLessThan(20 + count * 0.02);
});

test.each(['events', 'response'])('an answer without end leaves room for others: %s', async (how) => {
  const agent = await spawnAgent(agentFile);
  const leave = new AbortController();
  const endless = await fetch(`${agent.url}/invocations`, {
    method: 'POST',
    body: JSON.stringify({ how, megabytes: 1_000_000 }),
    signal: leave.signal,
  });
  const reading = endless.body?.pipeTo(new WritableStream()).catch(() => undefined);
  for (let index = 0; index < 5; index += 1) expect((await fetch(`${agent.url}/ping`)).status).toBe(200);
  leave.abort();
  await reading;
});

test.each(['events', 'response'])('a long answer goes through with flat memory: %s', async (how) => {
  const megabytes = isStress ? 1024 : 64;
  const agent = await spawnAgent(agentFile);
  const stream = async (size: number): Promise<number> => {
    const response = await agent.invoke({ how, megabytes: size });
    let total = 0;
    for await (const chunk of response.body ?? []) total += (chunk as Uint8Array).length;
    return total;
  };
  await stream(16);
  const before = await residentMegabytes(agent);
  expect(await stream(megabytes)).toBeGreaterThan(megabytes * 1024 * 1023);
  expect((await residentMegabytes(agent)) - before).toBeLessThan(60);
});
