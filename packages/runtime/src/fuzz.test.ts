import {
  asyncProperty,
  assert,
  constantFrom,
  dictionary,
  double,
  oneof,
  string,
  stringMatching,
  uint8Array,
  record,
  jsonValue,
  anything,
} from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../testing/seed.ts';
import { serve, type Served } from './test/serve.ts';
import { talk } from './test/raw.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? rounds(60, 150));

/** Every answer is one of the contract: JSON with a known status, or a stream of events. */
async function expectModelled(response: Response, statuses: number[]): Promise<void> {
  const text = await response.text();
  expect(statuses).toContain(response.status);
  if (response.headers.get('content-type') === 'application/json') expect(() => JSON.parse(text) as unknown).not.toThrow();
  else expect(text).toMatch(/^(data: [^\n]*\n\n)*$/);
}

function post({ url }: Served, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/invocations`, { method: 'POST', body: body as never, headers });
}

test('any bytes as a body are answered by 200 or 400', async () => {
  const app = await serve({ debug: true, handle: (payload) => payload });
  const body = oneof(
    uint8Array({ maxLength: 200 }),
    string(),
    jsonValue().map((value) => JSON.stringify(value)),
  );
  await assert(
    asyncProperty(body, async (bytes) => expectModelled(await post(app, bytes), [200, 400])),
    { numRuns: runs },
  );
});

test('any headers are answered, and their values arrive as they are or not at all', async () => {
  const app = await serve({ handle: (_payload, context) => ({ ...context, signal: undefined, log: undefined }) });
  const names = oneof(
    stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    constantFrom(
      'authorization',
      'baggage',
      'traceparent',
      'cookie',
      'workloadaccesstoken',
      'x-amzn-bedrock-agentcore-runtime-session-id',
      'content-type',
      'accept',
      '__proto__',
    ),
  );
  const values = stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);
  // What these say of the connection itself is not for the app, and fetch refuses most of them.
  const hop = new Set([
    'connection',
    'upgrade',
    'host',
    'te',
    'trailer',
    'expect',
    'content-length',
    'transfer-encoding',
    'keep-alive',
    'http2-settings',
    'accept-encoding',
  ]);
  await assert(
    asyncProperty(dictionary(names, values, { maxKeys: 8 }), async (given) => {
      const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !hop.has(name)));
      const response = await post(app, '{}', headers);
      expect(response.status).toBe(200);
      const context = (await response.json()) as { headers: Record<string, string> };
      for (const [name, value] of Object.entries(headers)) {
        const forwarded = name === 'authorization' ? 'Authorization' : name;
        if (Object.hasOwn(context.headers, forwarded)) expect(context.headers[forwarded]).toBe(value);
      }
    }),
    { numRuns: runs },
  );
});

test('whatever a handler returns, throws or yields, the answer is of the contract', async () => {
  let outcome: { how: string; value: unknown } = { how: 'return', value: 1 };
  const app = await serve({
    handle() {
      const { how, value } = outcome;
      if (how === 'throw') throw value;
      if (how === 'stream')
        return (async function* stream() {
          yield value;
          yield value;
        })();
      if (how === 'broken stream')
        return (function* stream() {
          yield value;
          throw value;
        })();
      return value;
    },
  });
  const outcomes = record({
    how: constantFrom('return', 'throw', 'stream', 'broken stream'),
    value: oneof(
      anything({ withBigInt: true, withMap: true, withSet: true, withDate: true }),
      record({ status: double(), message: string(), detail: anything() }),
    ),
  });
  await assert(
    asyncProperty(outcomes, async (next) => {
      outcome = next;
      const response = await post(app, '{}');
      const statuses = next.how === 'throw' ? Array.from({ length: 200 }, (_, index) => 400 + index) : [200];
      await expectModelled(response, statuses);
    }),
    { numRuns: runs * 2 },
  );
});

test('any bytes on the wire end in an answer or a closed connection, and the server lives', async () => {
  const app = await serve({
    limits: { headersTimeout: 100, requestTimeout: 150 },
    websocket: () => undefined,
    handle: (payload) => payload,
  });
  const line = constantFrom('GET /ping HTTP/1.1', 'POST /invocations HTTP/1.1', 'GET /ws HTTP/1.1', 'PUT / HTTP/1.0', '');
  const noise = oneof(
    uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    constantFrom(
      'transfer-encoding: chunked\r\n\r\n',
      'content-length: 3\r\n\r\n{}',
      'upgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      '\r\n\r\n',
      'expect: 100-continue\r\n',
    ),
  );
  await Promise.all(
    // Several at a time: most of these end by a time-out.
    Array.from({ length: 10 }, () =>
      assert(
        asyncProperty(line, noise, noise, async (first, second, third) => {
          const answer = await talk(app, `${first}\r\nhost: x\r\nconnection: close\r\n${second}${third}`);
          if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 [1-5]\d\d /);
        }),
        { numRuns: Math.ceil(runs / 15) },
      ),
    ),
  );
  expect((await fetch(`${app.url}/ping`)).status).toBe(200);
});
