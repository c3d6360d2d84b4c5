import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { wsFiles } from '../test/ws-files.ts';
import { agentCode, fixtureHost, post, sessionSpec, textOf, type FixtureHost } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';
import { SessionError } from './session-error.ts';
import type { AgentImage } from './types.ts';

/** An agent with a WebSocket on /ws: `ws` itself is in its node_modules, as a deployed agent would have it. */
async function webSocketAgent(): Promise<AgentImage> {
  const code = `import { WebSocketServer } from 'ws';${agentCode('response.end("plain");')}
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/ws') return socket.end('HTTP/1.1 403 Forbidden\\r\\nx-why: not here\\r\\ncontent-length: 2\\r\\n\\r\\nno');
      sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data, binary) => data.toString() === 'die' ? process.exit(3) : client.send(request.headers['x-session'] + ':' + data, { binary }));
        client.on('close', (code) => console.log('closed with', code));
      });
    });`;
  return fixtureImage([{ 'app/index.mjs': code, ...wsFiles() }]);
}

/** A gateway that hands every upgrade to the host. */
async function gateway({ host }: FixtureHost, image: AgentImage, path = '/ws'): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    host
      .connect(sessionSpec(image), { headers: { ...request.headers, 'x-session': 'mine' }, path }, socket, head)
      .catch((error: unknown) =>
        socket.end(`HTTP/1.1 ${error instanceof SessionError ? 424 : 500} ${String(error).split('\n')[0]}\r\n\r\n`),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a WebSocket is passed through both ways, and its end too', async () => {
  await using fixture = await fixtureHost();
  const image = await webSocketAgent();
  await using front = await gateway(fixture, image);
  const client = new WebSocket(front.url);
  await once(client, 'open');
  expect(fixture.host.list()[0]?.inFlight).toBe(1);
  for (const message of ['one', 'x'.repeat(200_000)]) {
    client.send(message);
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe(`mine:${message}`);
  }
  expect(await textOf(await fixture.host.invoke(sessionSpec(image), post()))).toBe('plain');
  client.close(4001);
  await fixture.event('output', ({ line }) => line === 'closed with 4001');
  await expect.poll(() => fixture.host.list()[0]?.inFlight).toBe(0);
});

test('an agent that refuses the handshake is heard', async () => {
  await using fixture = await fixtureHost();
  await using front = await gateway(fixture, await webSocketAgent(), '/elsewhere');
  const client = new WebSocket(front.url);
  client.on('error', () => undefined);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, { statusCode: number; headers: Record<string, string> }];
  expect(response.statusCode).toBe(403);
  expect(response.headers['x-why']).toBe('not here');
});

test('an agent that cannot be started leaves the answer to the caller', async () => {
  await using fixture = await fixtureHost();
  await using front = await gateway(fixture, await fixtureImage([{ 'app/index.mjs': 'process.exit(1)' }]));
  const client = new WebSocket(front.url);
  client.on('error', () => undefined);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(response.statusCode).toBe(424);
});

test('an agent that dies ends the connection', async () => {
  await using fixture = await fixtureHost();
  await using front = await gateway(fixture, await webSocketAgent());
  const client = new WebSocket(front.url);
  await once(client, 'open');
  client.send('die');
  const [code] = (await once(client, 'close')) as [number];
  expect(code).toBe(1006);
  expect(await fixture.event('ended')).toMatchObject({ reason: 'crashed', exitCode: 3 });
});
