import { expect, test } from 'vitest';
import type { Reply } from './reply.ts';
import { createReply } from './reply.ts';

function reply(contentType: string, ...chunks: (string | number[])[]): Reply {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : new Uint8Array(chunk);
  }
  return createReply({ contentType, sessionId: 's', statusCode: 200 }, body());
}

async function texts({ text }: Reply): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of text()) pieces.push(piece);
  return pieces;
}

test('an event stream yields its strings, decoded', async () => {
  expect(
    await texts(reply('text/event-stream; charset=utf-8', 'data: "a\\nb"\n\nda', 'ta: "c"\n\ndata: {"n":1}\n\ndata: plain\n\n')),
  ).toEqual(['a\nb', 'c', '{"n":1}', 'plain']);
});

test('a JSON string is text, other JSON stays JSON', async () => {
  expect(await texts(reply('application/json', '"2 x 2', ' = 4"'))).toEqual(['2 x 2 = 4']);
  expect(await texts(reply('application/json; charset=utf-8', '{"result":4}'))).toEqual(['{"result":4}']);
  expect(await reply('application/json', '{"result":4}').json()).toEqual({ result: 4 });
});

test('plain text passes through, characters that are cut between chunks are joined', async () => {
  expect((await texts(reply('text/plain', [0xec, 0x84], [0x9c, 0x21]))).join('')).toBe('서!');
  expect(await reply('application/octet-stream', [1, 2], [3]).bytes()).toEqual(new Uint8Array([1, 2, 3]));
});

test('the error event of the contract becomes an error with its type, after the text before it', async () => {
  const stream = reply(
    'text/event-stream',
    'data: "so far"\n\ndata: {"error":"no key","error_type":"AccessDeniedException","message":"An error occurred during streaming"}\n\n',
  );
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const piece of stream.text()) seen.push(piece);
  };
  await expect(read()).rejects.toMatchObject({
    name: 'DeployError',
    code: 'AGENT_ERROR',
    message: 'no key',
    type: 'AccessDeniedException',
  });
  expect(seen).toEqual(['so far']);
});

test('an object of the agent that merely has a field "error" is no error', async () => {
  expect(await texts(reply('text/event-stream', 'data: {"error":"none"}\n\n'))).toEqual(['{"error":"none"}']);
});

test('events are there as they were sent, and json() lists the values of a stream', async () => {
  const events = [];
  for await (const event of reply('text/event-stream', 'event: x\ndata: 1\n\n').events()) events.push(event);
  expect(events).toEqual([{ event: 'x', data: '1' }]);
  expect(await reply('text/event-stream', 'data: 1\n\ndata: "b"\n\n').json()).toEqual([1, 'b']);
});

test('values() has each value of a stream as it is, and throws what the agent reports', async () => {
  const values: unknown[] = [];
  const failing = reply('text/event-stream', 'data: "a"\n\ndata: {"link":"b"}\n\ndata: {"error":"no","error_type":"X","message":"no"}\n\n');
  const reading = (async () => {
    for await (const value of failing.values()) values.push(value);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'AGENT_ERROR', type: 'X' });
  expect(values).toEqual(['a', { link: 'b' }]);
});

test('reading twice is a mistake that is named', async () => {
  const once = reply('application/json', '1');
  await once.json();
  await expect(once.bytes()).rejects.toMatchObject({ code: 'INVOKE_FAILED', message: expect.stringContaining('once') });
});
