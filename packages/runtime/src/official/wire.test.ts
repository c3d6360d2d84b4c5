// Each line was observed at bedrock-agentcore 0.4.4 with the same program (src/contract/fixtures/agent-official.ts).
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spawnAgent, type SpawnedAgent } from '../test/spawn-agent.ts';

const program = fileURLToPath(new URL('../contract/fixtures/agent-official.ts', import.meta.url));
const SESSION = { 'x-amzn-bedrock-agentcore-runtime-session-id': 'session' };
const JSON_TYPE = { 'content-type': 'application/json' };
const both = { ...SESSION, ...JSON_TYPE };

type Seen = [status: number, type: string | undefined, body: string];
const json = 'application/json; charset=utf-8';
const noStream =
  '{"error":"Streaming response requires Accept: text/event-stream header. Please include this header in your request to receive streaming data."}';

/** Sends exactly these headers and no others: fetch adds an Accept header of its own. */
function send(
  { port }: SpawnedAgent,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve([response.statusCode ?? 0, response.headers['content-type'], text]));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const official = (): Promise<SpawnedAgent> => spawnAgent(program, { CONTRACT_CONFIG: '{"wire":"official"}' });

test('results are sent in the form that the Accept header, or its absence, asks for', async () => {
  const agent = await official();
  const say = (payload: unknown, accept?: string): Promise<Seen> =>
    send(agent, 'POST', '/invocations', { ...both, ...(accept === undefined ? {} : { accept }) }, JSON.stringify(payload));
  const stream = 'text/event-stream';

  expect(await say({ op: 'echo' })).toEqual([200, json, '{"op":"echo"}']);
  expect(await say({ op: 'echo' }, `${stream}, text/plain`)).toEqual([200, 'text/plain', '{"op":"echo"}']);
  expect(await say({ op: 'echo' }, `${stream}, application/octet-stream`)).toEqual([200, 'application/octet-stream', '{"op":"echo"}']);
  expect(await say({ op: 'value', value: 'a "s"' })).toEqual([200, 'text/plain; charset=utf-8', 'a "s"']);
  expect(await say({ op: 'value', value: 'a "s"' }, stream)).toEqual([200, json, 'a "s"']);
  expect(await say({ op: 'value', value: null })).toEqual([200, json, 'null']);
  expect(await say({ op: 'undefined' })).toEqual([200, undefined, '']);
  expect(await say({ op: 'undefined' }, stream)).toEqual([200, 'application/json', '']);
  expect(await say({ op: 'undefined' }, `${stream}, application/octet-stream`)).toEqual([500, stream, '']);
  expect(await say({ op: 'bigint' })).toEqual([
    500,
    json,
    '{"statusCode":500,"error":"Internal Server Error","message":"Do not know how to serialize a BigInt"}',
  ]);
  expect(await say({ op: 'set' })).toEqual([200, json, '{}']);
  expect(await say({ op: 'response' }, stream)).toEqual([201, 'text/plain', 'made by hand']);
  expect(await say({ op: 'throw' })).toEqual([500, json, '{"error":"boom"}']);
  expect(await say({ op: 'throw' }, stream)).toEqual([500, stream, '']);
  expect(await say({ op: 'status' })).toEqual([500, json, '{"error":"unprocessable"}']);
});

test('streams need an Accept header, and their events are text as it is', async () => {
  const agent = await official();
  const say = (payload: unknown, accept = 'text/event-stream'): Promise<Seen> =>
    send(agent, 'POST', '/invocations', { ...both, accept }, JSON.stringify(payload));
  const value = ['a', 'b\nc', { data: { x: 1 }, event: 'e', id: '1' }, { y: 2 }, 3, null];
  const frames = 'data: a\n\ndata: b\ndata: c\n\nid: 1\nevent: e\ndata: {"x":1}\n\ndata: {"y":2}\n\ndata: 3\n\ndata: null\n\n';

  expect(await say({ op: 'stream', value })).toEqual([200, 'text/event-stream', frames]);
  expect(await say({ op: 'stream', value }, 'application/json')).toEqual([406, json, noStream]);
  expect(await say({ op: 'stream', value: [] })).toEqual([200, 'text/event-stream', '']);
  expect(await say({ op: 'streamThenThrow', value: ['x'] })).toEqual([
    200,
    'text/event-stream',
    'data: x\n\nevent: error\ndata: {"error":"stream broke"}\n\n',
  ]);
  expect(await say({ op: 'sync', value: [1] })).toEqual([200, json, '{}']);
});

test('requests are refused in the words of its framework', async () => {
  const agent = await official();
  const post = (headers: Record<string, string>, body?: string | Buffer): Promise<Seen> =>
    send(agent, 'POST', '/invocations', headers, body);
  const refused = (status: number, code: string): Seen => [status, json, expect.stringContaining(`"code":"${code}"`) as string];

  expect(await post(JSON_TYPE, '{"op":"echo"}')).toEqual([
    400,
    json,
    '{"error":"Missing sessionId. Provide via x-amzn-bedrock-agentcore-runtime-session-id header or request body."}',
  ]);
  expect(await post(JSON_TYPE, '{"op":"context","sessionId":"from-the-body"}')).toEqual([
    200,
    json,
    expect.stringContaining('"sessionId":"from-the-body"') as string,
  ]);
  expect(await post(SESSION, '{}')).toEqual(refused(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE'));
  expect(await post({ ...SESSION, 'content-type': 'application/xml' }, '<a/>')).toEqual(refused(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE'));
  expect(await post({ ...SESSION, 'content-type': 'text/plain' }, 'hello')).toEqual([200, 'text/plain; charset=utf-8', 'hello']);
  expect(await post(both, '{"a":')).toEqual(refused(400, 'FST_ERR_CTP_INVALID_JSON_BODY'));
  expect(await post(both, '{"__proto__":{"a":1}}')).toEqual(refused(400, 'FST_ERR_CTP_INVALID_JSON_BODY'));
  expect(await post(both, '{"constructor":{"prototype":1}}')).toEqual(refused(400, 'FST_ERR_CTP_INVALID_JSON_BODY'));
  expect(await post(both, Buffer.from([0x80, 0x81]))).toEqual(refused(400, 'FST_ERR_CTP_INVALID_JSON_BODY'));
  expect(await post(both, '')).toEqual(refused(400, 'FST_ERR_CTP_EMPTY_JSON_BODY'));
  expect(await post(both, JSON.stringify('x'.repeat(2_000_000)))).toEqual(refused(413, 'FST_ERR_CTP_BODY_TOO_LARGE'));
  expect(await post(SESSION)).toEqual([200, undefined, '']);
});

test('routes that it does not have are 404', async () => {
  const agent = await official();
  expect(await send(agent, 'POST', '/ping', {})).toEqual([
    404,
    json,
    '{"message":"Route POST:/ping not found","error":"Not Found","statusCode":404}',
  ]);
  expect(await send(agent, 'GET', '/nope?x=1', {})).toEqual([
    404,
    json,
    '{"message":"Route GET:/nope?x=1 not found","error":"Not Found","statusCode":404}',
  ]);
  expect(await send(agent, 'GET', '/ws', {})).toEqual([404, undefined, '']);
  expect(await send(agent, 'GET', '/ping', {})).toEqual([200, json, expect.stringContaining('"Healthy"') as string]);
});
