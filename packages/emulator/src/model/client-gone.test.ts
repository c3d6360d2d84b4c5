import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { KEY, withModelServer } from './with-model-server.ts';
import type { ModelServer } from './with-model-server.ts';

async function dial({ origin }: ModelServer, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

test('a client that goes away in the middle of its request leaves one record and no error', async () => {
  await using server = await withModelServer();
  const socket = await dial(
    server,
    `POST /v1/responses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-length: 1000\r\n\r\n{"model":`,
  );
  await server.received();
  socket.resetAndDestroy();
  expect(await server.recorded(1)).toMatchObject([{ status: 0, finish: 'aborted' }]);
  await server.settled();
});

test.each(['reset', 'closed'])(
  'a client that reads nothing of a long answer is waited for, and its connection being %s ends the wait',
  async (way) => {
    await using server = await withModelServer();
    const body = JSON.stringify({
      model: 'gpt-4.1',
      stream: true,
      input: [
        { role: 'user', content: 'Read it' },
        { type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'word '.repeat(200_000) },
      ],
    });
    const socket = await dial(
      server,
      `POST /v1/responses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    await once(socket, 'readable');
    expect(server.model.requests()).toEqual([]);
    if (way === 'reset') socket.resetAndDestroy();
    else socket.destroy();
    expect(await server.recorded(1)).toMatchObject([{ status: 200, stream: true, finish: 'aborted' }]);
    await server.settled();
  },
);
