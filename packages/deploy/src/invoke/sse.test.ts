import type { InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { expect, test } from 'vitest';
import type { ServerSentEvent } from './sse.ts';
import { parseEvents } from './sse.ts';

async function parse(...chunks: (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const events: ServerSentEvent[] = [];
  for await (const event of parseEvents(bytes())) events.push(event);
  return events;
}

const message = (data: string): ServerSentEvent => ({ event: 'message', data });

test.each(['\n', '\r\n', '\r'])('lines may end in %j', async (eol) => {
  expect(await parse(`data: a${eol}data: b${eol}${eol}data:c${eol}${eol}`)).toEqual([message('a\nb'), message('c')]);
});

test('the result does not depend on where the bytes are cut, not even within a character or a line end', async () => {
  const text = '\uFEFFevent: delta\r\nid: 7\r\ndata: "서울 \u{1F324}"\r\ndata: two\r\n\r\n: a comment\r\ndata\r\n\r\ndata: last\n\n';
  const whole = await parse(text);
  expect(whole).toEqual([
    { event: 'delta', id: '7', data: '"서울 \u{1F324}"\ntwo' },
    { event: 'message', id: '7', data: '' },
    { event: 'message', id: '7', data: 'last' },
  ]);
  const bytes = new TextEncoder().encode(text);
  for (let at = 1; at < bytes.length; at += 1) expect(await parse(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  expect(await parse(...[...bytes].map((byte) => new Uint8Array([byte])))).toEqual(whole);
});

test('comments, unknown fields, events without data and an unfinished last event are dropped', async () => {
  expect(await parse(': hi\n\nevent: x\n\nretry: 5\nfoo: bar\ndata: kept\n\ndata: unfinished\n')).toEqual([message('kept')]);
});

test('one space after the colon belongs to the syntax, a second one to the value', async () => {
  expect(await parse('data:  x\n\n')).toEqual([message(' x')]);
});

test('the body of an AWS SDK answer is taken as it is', async () => {
  const body = { transformToWebStream: () => new Response('data: x\n\n').body as ReadableStream } as unknown as NonNullable<
    InvokeAgentRuntimeCommandOutput['response']
  >;
  const events = [];
  for await (const event of parseEvents(body)) events.push(event);
  expect(events).toEqual([message('x')]);
});
