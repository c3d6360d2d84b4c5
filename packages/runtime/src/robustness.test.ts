import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from './test/serve.ts';
import { openSocket, talk } from './test/raw.ts';

const post = (headers: string, body = ''): string => `POST /invocations HTTP/1.1\r\nhost: x\r\n${headers}\r\n${body}`;

describe('malformed requests', () => {
  test.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['an unknown method', 'BREW /invocations HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['a header without a colon', post('nonsense\r\n'), 400],
    ['a header with a NUL', post('x-a: \0\r\n'), 400],
    ['two different lengths', post('content-length: 1\r\ncontent-length: 2\r\n', 'ab'), 400],
    ['a length and chunks, as in request smuggling', post('content-length: 4\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['a length that is no number', post('content-length: abc\r\n'), 400],
    ['a chunk size that is no number', post('transfer-encoding: chunked\r\nconnection: close\r\n', 'zz\r\n'), 400],
    ['no host', 'GET /ping HTTP/1.1\r\n\r\n', 400],
    ['headers beyond the limit', post(`x-a: ${'a'.repeat(70 * 1024)}\r\n`), 431],
    ['a version that is none', 'GET /ping HTTP/9.9\r\nhost: x\r\n\r\n', 400],
  ])('%s: refused, and the next request is answered', async (_name, request, status) => {
    const app = await serve({ handle: (payload) => payload });
    const answer = await talk(app, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // Node itself answers a request without a host, and without a body.
    if (request.includes('host:') || request.startsWith('\x16')) expect(answer).toMatch(/\r\n\r\n\{"error":"[A-Za-z ]+"\}$/);
    expect(await (await app.invoke([1])).json()).toEqual([1]);
  });

  test('a body that is announced too large is refused before it is sent', async () => {
    const app = await serve({ limits: { bodyBytes: 1000 }, handle: () => 'never' });
    const answer = await talk(app, post('content-length: 1001\r\n'));
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"error":"Payload too large"');
  });

  test('a body that turns out too large is refused while it is sent', async () => {
    let calls = 0;
    const app = await serve({
      limits: { bodyBytes: 1000 },
      handle() {
        calls += 1;
      },
    });
    const chunk = `400\r\n${'x'.repeat(0x400)}\r\n`;
    expect(await talk(app, post('transfer-encoding: chunked\r\n', chunk))).toMatch(/^HTTP\/1.1 413 /);
    expect(calls).toBe(0);
  });

  test('a body of exactly the limit is taken', async () => {
    const app = await serve({ limits: { bodyBytes: 1000 }, handle: (payload) => String(payload).length });
    expect(await (await app.invoke('x'.repeat(998))).json()).toBe(998);
    expect((await app.invoke('x'.repeat(999))).status).toBe(413);
  });

  test('a client that leaves in the middle of its body never reaches the handler', async () => {
    let calls = 0;
    const app = await serve({
      handle() {
        calls += 1;
        return calls;
      },
    });
    const socket = await openSocket(app);
    socket.write(post('content-length: 100\r\n', '{"half":'));
    socket.destroy();
    await expect.poll(() => app.text()).toContain('went away');
    expect(await (await app.invoke({})).json()).toBe(1);
  });

  test('pipelined requests are answered in order', async () => {
    const { promise: last, resolve: finish } = Promise.withResolvers<void>();
    const app = await serve({
      async handle(payload) {
        // The first is finished last: an answer out of order would overtake it.
        if (payload === 3) finish();
        else await last;
        return payload;
      },
    });
    const one = (value: number, connection: string): string => post(`content-length: 1\r\nconnection: ${connection}\r\n`, String(value));
    const answers = await talk(app, one(1, 'keep-alive') + one(2, 'keep-alive') + one(3, 'close'));
    expect([...answers.matchAll(/\r\n\r\n(\d)/g)].map(([, digit]) => digit)).toEqual(['1', '2', '3']);
  });
});

describe('slow clients', () => {
  test('headers that never end are cut off after their time', async () => {
    const app = await serve({ limits: { headersTimeout: 200 }, handle: () => 1 });
    expect(await talk(app, 'POST /invocations HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  test('a body that never ends is cut off after its time', async () => {
    const app = await serve({ limits: { headersTimeout: 100, requestTimeout: 200 }, handle: () => 1 });
    expect(await talk(app, post('content-length: 100\r\n', '{'))).toMatch(/^HTTP\/1.1 408 /);
  });

  test('a body that comes byte by byte is read', async () => {
    const app = await serve({ handle: (payload) => payload });
    const socket = await openSocket(app);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    for (const character of post('content-length: 9\r\nconnection: close\r\n', '{"a":"b"}')) {
      socket.write(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await once(socket, 'close');
    expect(answer).toContain('{"a":"b"}');
  });

  test('a reader that stops holds up its own generator only, and no memory', async () => {
    let produced = 0;
    const app = await serve({
      async *handle() {
        for (; produced < 100_000; produced += 1) yield 'x'.repeat(10_000);
      },
    });
    const socket = await openSocket(app);
    socket.pause();
    socket.write(post('content-length: 2\r\n', '{}'));
    // The buffers on the way are full when the count no longer grows.
    let before = 0;
    const grows = () => before === 0 || before !== produced;
    await expect.poll(() => [grows(), (before = produced)][0], { interval: 100 }).toBe(false);
    // What the kernel's buffers hold is a few MB; the generator would have made a GB.
    expect(produced).toBeLessThan(5000);
    expect((await fetch(`${app.url}/ping`)).status).toBe(200);
    socket.destroy();
    await expect.poll(() => app.text()).toContain('ended early');
  });

  test('a generator that never waits leaves room for others', async () => {
    const app = await serve({
      async *handle(payload, context) {
        if (payload === 'quick') return;
        while (!context.signal.aborted) yield 'token';
      },
    });
    const leave = new AbortController();
    const response = await app.invoke('endless', { signal: leave.signal });
    const drain = response.body?.pipeTo(new WritableStream()).catch(() => undefined);
    expect((await fetch(`${app.url}/ping`)).status).toBe(200);
    expect((await app.invoke('quick')).status).toBe(200);
    leave.abort();
    await drain;
  });
});

test('beyond the limit of connections new ones are closed, and later ones served', async () => {
  const app = await serve({ limits: { connections: 5 }, handle: () => 1 });
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  for (let index = 0; index < 5; index += 1) sockets.push(await openSocket(app));
  const extra = await openSocket(app);
  await once(extra.resume(), 'close');
  sockets.pop()?.destroy();
  await expect.poll(async () => (await fetch(`${app.url}/ping`).catch(() => undefined))?.status).toBe(200);
});
