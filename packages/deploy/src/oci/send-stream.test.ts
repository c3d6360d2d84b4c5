import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { sendStream } from './send-stream.ts';

async function withServer<T>(listener: RequestListener, use: (url: URL) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const megabyte = 1024 * 1024;

test('no more is read from the source than the network takes', async () => {
  let read = 0;
  async function* body(): AsyncGenerator<Uint8Array> {
    for (; read < 400; read += 1) yield new Uint8Array(megabyte);
  }
  const slow: RequestListener = (request, response) => {
    // Takes nothing for as long as the source is read; by then the buffers on the way are full.
    let before = -1;
    const look = setInterval(() => {
      if (read !== before) {
        before = read;
        return;
      }
      clearInterval(look);
      response.setHeader('x-read', read);
      request.resume();
      request.on('end', () => response.writeHead(202).end('ok'));
    }, 50);
  };
  await withServer(slow, async (url) => {
    const response = await sendStream(url, { method: 'PATCH', headers: { 'content-length': String(400 * megabyte) }, body: body() });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('ok');
    expect(Number(response.headers.get('x-read'))).toBeLessThan(50);
  });
});

test('an answer that comes before the end of the body ends the sending', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(megabyte);
  }
  const early: RequestListener = (_request, response) => void response.writeHead(401, { 'www-authenticate': 'Basic' }).end('{}');
  const response = await withServer(early, (url) => sendStream(url, { method: 'PATCH', headers: {}, body: endless() }));
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic');
});

test("the source's failure and an abort end the request with their own reason", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error('the disk is gone');
  }
  async function* stuck(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    await new Promise(() => undefined);
  }
  await withServer(
    (request) => void request.resume(),
    async (url) => {
      await expect(sendStream(url, { method: 'PATCH', headers: {}, body: broken() })).rejects.toThrow('the disk is gone');
      await expect(sendStream(url, { method: 'PATCH', headers: {}, body: stuck(), signal: AbortSignal.timeout(50) })).rejects.toMatchObject(
        { name: 'AbortError' },
      );
    },
  );
});
