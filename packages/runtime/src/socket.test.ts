import { once } from 'node:events';
import { getContext } from '@agentcore-tutorials/identity';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Served } from './test/serve.ts';
import { serve } from './test/serve.ts';
import { openSocket, talk } from './test/raw.ts';

const SESSION = 'x-amzn-bedrock-agentcore-runtime-session-id';

async function connect({ url }: Served, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?x=1`, { headers });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

const healthy = async ({ url }: Served): Promise<number> => (await fetch(`${url}/ping`)).status;

test('the context is there in every listener, however it was added', async () => {
  const app = await serve({
    websocket(socket) {
      const seen = (how: string): void => socket.send(`${how}:${getContext()?.sessionId}`);
      socket.on('message', () => seen('on'));
      socket.addEventListener('message', () => seen('addEventListener'));
      socket.once('message', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        seen('once, later');
      });
    },
  });
  for (const session of ['one', 'two']) {
    const socket = await connect(app, { [SESSION]: session });
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    socket.send('x');
    await expect.poll(() => messages.toSorted()).toEqual([`addEventListener:${session}`, `on:${session}`, `once, later:${session}`]);
  }
});

test.each(['throws', 'rejects'])('a listener that %s closes its own socket with 1011, and no other', async (how) => {
  const app = await serve({
    websocket(socket) {
      socket.on('message', (data: Buffer) => {
        if (data.toString() === 'echo') return socket.send('echo');
        if (how === 'rejects') return Promise.reject(new Error('listener broke'));
        throw new Error('listener broke');
      });
    },
  });
  const bystander = await connect(app);
  const socket = await connect(app);
  socket.send('fail');
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1011);
  expect(app.lines()).toContainEqual(expect.objectContaining({ level: 'ERROR', errorMessage: 'listener broke' }));
  bystander.send('echo');
  expect(String(((await once(bystander, 'message')) as [Buffer])[0])).toBe('echo');
});

test('a listener can be taken off again', async () => {
  let count = 0;
  const app = await serve({
    websocket(socket) {
      const listener = (): void => {
        count += 1;
        socket.off('message', listener);
      };
      socket.on('message', listener);
      socket.on('message', () => socket.send('seen'));
    },
  });
  const socket = await connect(app);
  for (let index = 0; index < 3; index += 1) {
    socket.send('x');
    await once(socket, 'message');
  }
  expect(count).toBe(1);
});

test('the signal aborts when the socket closes, and the app is busy until then', async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const app = await serve({
    busyWhileInFlight: true,
    websocket: (_socket, context) => context.signal.addEventListener('abort', () => resolve()),
  });
  const socket = await connect(app);
  expect((await app.app.pingStatus()).status).toBe('HealthyBusy');
  socket.close();
  await aborted;
  expect((await app.app.pingStatus()).status).toBe('Healthy');
});

test('a server that shuts down says so to its sockets', async () => {
  const app = await serve({ websocket: () => undefined });
  const socket = await connect(app);
  const closed = once(socket, 'close') as Promise<[number]>;
  await app.close();
  expect((await closed)[0]).toBe(1001);
});

test.each([
  ['a frame that is not masked', Buffer.from([0x81, 0x01, 0x41])],
  ['an unknown opcode', Buffer.from([0x8f, 0x80, 0, 0, 0, 0])],
  ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ['text that is not UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
  ['a length beyond all limits', Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ['a fragment that continues nothing', Buffer.from([0x80, 0x80, 0, 0, 0, 0])],
  ['a ping that is too long', Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0])],
])('%s ends its own connection only', async (_name, frame) => {
  const app = await serve({ websocket: () => undefined });
  const socket = await openSocket(app);
  socket.write(
    'GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(socket, 'data');
  socket.write(frame);
  await once(socket, 'close');
  expect(await healthy(app)).toBe(200);
  expect(app.lines()).toContainEqual(expect.objectContaining({ level: 'WARN', message: 'The WebSocket connection failed.' }));
});

test('a message beyond the limit closes with 1009', async () => {
  const app = await serve({ limits: { bodyBytes: 1000 }, websocket: () => undefined });
  const socket = await connect(app);
  socket.send('x'.repeat(1001));
  expect(((await once(socket, 'close')) as [number])[0]).toBe(1009);
});

test.each([
  ['a path that is none', 'GET /other HTTP/1.1', 'websocket', 404],
  ['a handshake without a key', 'GET /ws HTTP/1.1', 'websocket', 400],
])('%s is refused', async (_name, line, upgrade, status) => {
  const app = await serve({ websocket: () => undefined });
  expect(await talk(app, `${line}\r\nhost: x\r\nconnection: close, upgrade\r\nupgrade: ${upgrade}\r\n\r\n`)).toMatch(`HTTP/1.1 ${status}`);
  expect(await healthy(app)).toBe(200);
});

test('a plain request to /ws is told to upgrade', async () => {
  const app = await serve({ websocket: () => undefined });
  const response = await fetch(`${app.url}/ws`);
  expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket']);
});

test('a POST that offers h2c, as Java clients send it, is answered in HTTP/1.1', async () => {
  const app = await serve({ websocket: () => undefined, handle: (payload) => payload });
  const request =
    'POST /invocations HTTP/1.1\r\nhost: x\r\nconnection: close, upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\ncontent-length: 5\r\n\r\n[1,2]';
  expect(await talk(app, request)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\[1,2\]$/);
});
