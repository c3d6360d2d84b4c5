import { request } from 'node:http';
import { expect, test } from 'vitest';
import { startAgentProcess } from './agent-process.ts';

test('what an agent says of its ports is not believed: only a port is one, and not without end', async () => {
  const lines = [70_000, -1, 0, 1.5, '80', null, [80], {}].map((port) => JSON.stringify({ listening: port, other: port }));
  const code = `const { writeSync } = require('node:fs');
    writeSync(3, ${JSON.stringify(`${lines.join('\n')}\nnonsense\n[]\nnull\n`)});
    for (let port = 1; port <= 500; port += 1) writeSync(3, JSON.stringify({ other: port }) + '\\n');
    writeSync(3, '{"listening":3000}\\n');
    setInterval(() => {}, 1000);`;
  const agent = await startAgentProcess({
    file: process.execPath,
    args: ['-e', code],
    cwd: '/',
    env: {},
    sandboxed: false,
    now: Date.now,
    onLine: () => {},
  });
  await agent.listening;
  expect(agent.address).toEqual({ host: '127.0.0.1', port: 3000 });
  expect(agent.otherPorts).toHaveLength(100);
  expect(agent.otherPorts[0]).toBe(1);
  await agent.end(2000);
});

test('a server on the port of the contract lets in who names that port as Host, and nobody whom a browser could be', async () => {
  const preload = new URL('preload.mjs?port=8080', import.meta.url).href;
  const code = `require('node:http').createServer((request, response) => response.end('hello')).listen(8080)`;
  const agent = await startAgentProcess({
    file: process.execPath,
    args: ['--import', preload, '-e', code],
    cwd: '/',
    env: {},
    sandboxed: false,
    now: Date.now,
    onLine: () => {},
  });
  await agent.listening;
  const { port } = agent.address as { port: number };
  const statusAs = (host: string, headers = {}) =>
    new Promise<number | string | undefined>((resolve) => {
      const call = request({ host: '127.0.0.1', port, headers: { host, ...headers }, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
    });
  expect(await statusAs('localhost:8080')).toBe(200);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`, 'localhost:80800', ''])
    expect([host, await statusAs(host)]).toEqual([host, 'ECONNRESET']);
  expect(await statusAs(`127.0.0.1:${port}`, { connection: 'Upgrade', upgrade: 'websocket' })).toBe('ECONNRESET');
  await agent.end(2000);
});
