import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isStress, seed } from '../../../../testing/seed.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { createRandom } from './random.ts';
import { signRaw } from './sign-raw.ts';
import { talk, type Talk } from './talk.ts';
import { crlf, healthRequest, wholeRequests } from './whole-requests.ts';

const RUNS = isStress ? 30_000 : 250;

let emulator: Emulator;
let port: number;
let host: string;
const faults: unknown[] = [];
const unhandled = (error: unknown) => faults.push(error);
beforeAll(async () => {
  process.on('unhandledRejection', unhandled);
  emulator = await startEmulator({ ephemeral: true, stateDelayMs: 0, onFault: (error) => faults.push(error) });
  ({ host } = new URL(emulator.endpoint));
  port = Number(new URL(emulator.endpoint).port);
});
afterAll(async () => {
  await emulator.stop();
  process.off('unhandledRejection', unhandled);
});
afterEach(async () => {
  // Whatever a test did, the next one is served, and nothing went wrong inside.
  const { status } = await fetch(`${emulator.endpoint}/_emulator/health`);
  if (status !== 200 || faults.length > 0) throw new AggregateError(faults.splice(0), `health: ${status}; faults of the emulator`);
});

const health = () => healthRequest(host);
/** What only the holder of the admin token may see. */
const secrets = () => [emulator.adminToken, emulator.secretAccessKey, emulator.modelApiKey];

function assertRefused({ statuses, text }: Talk, ...allowed: number[]): void {
  // To hang up without a word is a refusal as well.
  for (const status of statuses) expect(allowed).toContain(status);
  for (const secret of secrets()) expect(text).not.toContain(secret);
}

describe('what is not HTTP', () => {
  test.each([
    ['noise', '\u0000\u0001\u0002\u00FF\r\n\r\n'],
    ['a line without a version', 'GET /_emulator/health\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a line feed in the path', 'GET /a\nb HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['the start of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: localhost\r\nnothing\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : localhost\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n b\r\n\r\n'],
    ['a control character in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\u0000b\r\n\r\n'],
    ['HTTP/1.1 without a Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s is refused', async (_case, bytes) => assertRefused(await talk(port, bytes), 400, 403));

  test('a path, and headers, that are too long are refused without being read to their end', async () => {
    assertRefused(await talk(port, `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`), 431, 400);
    assertRefused(await talk(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(200_000)}\r\n\r\n`), 431);
    assertRefused(await talk(port, `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: a\r\n'.repeat(50_000)}\r\n`), 431);
  });
});

describe('a request within a request', () => {
  const hidden = () => crlf('GET /_emulator/info HTTP/1.1', `Host: ${host}`, `Authorization: Bearer ${emulator.adminToken}`, '', '');

  test.each([
    ['two lengths', ['Content-Length: 0', 'Content-Length: 60']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks under another name', ['Transfer-Encoding: xchunked']],
    ['chunks, then something', ['Transfer-Encoding: chunked, identity']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: cow']],
    ['a negative length', ['Content-Length: -1']],
    ['a length in hexadecimal', ['Content-Length: 0x5']],
    ['a list of lengths', ['Content-Length: 0, 60']],
    ['a length that is no number any more', [`Content-Length: ${'9'.repeat(40)}`]],
    ['a length with a tab in its name', ['Content-Length\t: 5']],
  ])('with %s is not answered', async (_case, lines) => {
    const bytes = crlf('POST / HTTP/1.1', `Host: ${host}`, ...lines, '', '') + `0\r\n\r\n${hidden()}`;
    assertRefused(await talk(port, bytes), 400);
  });

  test.each([
    ['no size', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a size beyond all numbers', 'ffffffffffffffffffff\r\nabc\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\nabc\r\n0\r\n\r\n'],
    ['more than its size', '1\r\nabc\r\n0\r\n\r\n'],
    ['an endless extension', `1;${'x'.repeat(100_000)}\r\na\r\n0\r\n\r\n`],
    ['bare line feeds', '1\na\n0\n\n'],
  ])('a chunk with %s is refused', async (_case, chunks) => {
    for (const path of ['/', '/v2/app/blobs/uploads/', '/v1/chat/completions', '/_vendor/token', '/_emulator/accounts']) {
      const bytes = crlf(`POST ${path} HTTP/1.1`, `Host: ${host}`, 'Transfer-Encoding: chunked', '', '') + chunks + hidden();
      const { statuses, text } = await talk(port, bytes);
      for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
      for (const status of statuses) expect(status).toBeLessThan(500);
      for (const secret of secrets()) expect(text).not.toContain(secret);
    }
  });

  test('paths that end at the door of another part are told apart', async () => {
    for (const path of [
      '/v2/../_emulator/info',
      '//_emulator/info',
      '/./_emulator/info',
      '/_EMULATOR/info',
      '/_emulator%2finfo',
      '/_emulator/../_emulator/info',
      '/v1/../_emulator/info',
      'http://127.0.0.1/_emulator/info',
    ]) {
      const answer = await talk(port, crlf(`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', '', ''));
      assertRefused(answer, 400, 401, 403, 404, 405);
      expect(answer.statuses).toHaveLength(1);
    }
  });
});

describe('a web page', () => {
  const paths = [
    '/',
    '/_emulator/health',
    '/_emulator/credentials',
    '/v2/',
    '/v1/models',
    '/_vendor/.well-known/openid-configuration',
    '/_vendor/account',
    '/runtimes/',
    '/identities/oauth2/callback/x',
  ];

  test.each([
    ['Host: evil.example'],
    ['Host: localhost.evil.example'],
    ['Host: 127.0.0.1.nip.io'],
    ['Host: 127.0.0.1@evil.example'],
    ['Host: 127.0.0.1:80@evil.example'],
    ['Host: evil.example#127.0.0.1'],
    ['Host: '],
    ['Host: 2130706433'],
    ['Origin: https://evil.example'],
    ['Origin: http://localhost.evil.example'],
    ['Origin: http://127.0.0.1@evil.example'],
    ['Origin: null'],
    ['Origin: file://'],
    ['Origin: chrome-extension://abc'],
  ])('that shows itself by %s is refused everywhere', async (line) => {
    for (const path of paths) {
      const lines = line.startsWith('Host') ? [line] : [`Host: ${host}`, line];
      const answer = await talk(port, crlf(`GET ${path} HTTP/1.1`, ...lines, 'Connection: close', '', ''));
      expect({ path, statuses: answer.statuses }).toEqual({ path, statuses: [expect.toBeOneOf([400, 403])] });
    }
  });

  test('gets no answer that it could read across origins', async () => {
    // What a vendor publishes for browsers too: its metadata.
    for (const path of paths.filter((path) => !path.includes('.well-known'))) {
      const { headers } = await fetch(`${emulator.endpoint}${path}`, { headers: { origin: 'http://localhost:3000' }, redirect: 'manual' });
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, null]);
    }
  });
});

describe('a client that', () => {
  const signed = (body: string, at?: Date) => {
    const target = '/identities/ListWorkloadIdentities';
    const headers = signRaw(
      { method: 'POST', target, headers: { host, 'content-type': 'application/json' }, body: Buffer.from(body) },
      { signer: emulator, service: 'bedrock-agentcore', region: emulator.region, ...(at ? { at } : {}) },
    );
    return crlf(
      `POST ${target} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${body.length}`,
      '',
      body,
    );
  };

  test('sends several requests at once gets their answers in order', async () => {
    const { statuses, text } = await talk(port, signed('{}') + signed('{"maxResults":21}') + signed('{}') + health());
    expect(statuses).toEqual([200, 400, 200, 200]);
    expect(text).toContain('less than or equal to 20');
  });

  test('sends a broken request after a good one gets nothing but an answer to each', async () => {
    assertRefused(await talk(port, `${signed('{}')}NONSENSE\r\n\r\n${health()}`), 200, 400);
  });

  test('is slow, byte by byte, is served', async () => {
    expect((await talk(port, [...health()])).statuses).toEqual([200]);
    expect(
      (
        await talk(
          port,
          [...signed('{}')]
            .join('')
            .match(/[^]{1,7}/g)!
            .concat(),
        )
      ).statuses,
    ).toEqual([200]);
  });

  test('hangs up in the middle, with or without a word, is forgotten', async () => {
    const whole = signed('{"maxResults":1}');
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const part = whole.slice(0, Math.floor(whole.length * share));
      assertRefused(await talk(port, part), 400);
      await talk(port, part, { finally: 'reset' });
      await talk(port, whole, { finally: 'reset' });
    }
  });

  test('asks first whether its body would be taken is told so, or why not', async () => {
    const continued = await talk(port, health().replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    expect(continued.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
    expect((await talk(port, health().replace('\r\n\r\n', '\r\nExpect: wonders\r\n\r\n'))).statuses).toEqual([417]);
  });

  test('wants another protocol is answered in this one', async () => {
    for (const protocol of ['websocket', 'h2c', 'TLS/1.0']) {
      const upgrade = health().replace('Connection: close', `Connection: Upgrade, close\r\nUpgrade: ${protocol}`);
      expect((await talk(port, upgrade)).statuses).toEqual([200]);
    }
  });

  test('announces a body that is too large is refused before it is sent', async () => {
    for (const [path, length] of [
      ['/', 200_000_000],
      ['/identities/api-key', 200_000_000],
      ['/v1/chat/completions', 50_000_000_000],
    ] as const) {
      const answer = await talk(port, crlf(`POST ${path} HTTP/1.1`, `Host: ${host}`, `Content-Length: ${length}`, '', ''));
      assertRefused(answer, 401, 403, 413, 400);
    }
  });

  test('shows no credentials is not listened to for long', async () => {
    const body = 'x'.repeat(1024 * 1024 + 1);
    for (const path of ['/', '/runtimes/none/invocations']) {
      const lines = [`POST ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close'];
      expect((await talk(port, crlf(...lines, `Content-Length: ${body.length}`, '', ''), { finally: 'wait' })).statuses).toEqual([413]);
      const chunked = crlf(...lines, 'Transfer-Encoding: chunked', '', `${body.length.toString(16)}`, body, '0', '', '');
      assertRefused(await talk(port, chunked, { finally: 'wait' }), 413);
    }
    const form = crlf(
      'POST / HTTP/1.1',
      `Host: ${host}`,
      'Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00',
      'Connection: close',
      `Content-Length: ${5 * body.length}`,
      '',
      '',
    );
    assertRefused(await talk(port, form, { finally: 'wait' }), 413);
  });

  test('sends more than a part of the admin API takes is told so', async () => {
    const body = JSON.stringify({ accountId: '1'.repeat(50_000) });
    const lines = [
      `POST /_emulator/accounts HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${emulator.adminToken}`,
      'Connection: close',
    ];
    expect((await talk(port, crlf(...lines, `Content-Length: ${body.length}`, '', body))).statuses).toEqual([413]);
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect((await talk(port, crlf(...lines, 'Transfer-Encoding: chunked', '', chunked))).statuses).toEqual([413]);
  });

  test('imports what is no export is told so', async () => {
    for (const body of ['', 'nonsense', '\u0000'.repeat(2048), 'x'.repeat(70_000)]) {
      const lines = [
        `POST /_emulator/import HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: Bearer ${emulator.adminToken}`,
        'Connection: close',
      ];
      expect((await talk(port, crlf(...lines, `Content-Length: ${body.length}`, '', body), { finally: 'wait' })).statuses).toEqual([400]);
    }
  });
});

test('requests with flipped, lost and added bytes are answered or hung up on, never with a fault', { timeout: 3_600_000 }, async () => {
  const random = createRandom(seed);
  const whole = wholeRequests(emulator);
  const seen = new Map<number, number>();
  const one = async (): Promise<void> => {
    let bytes = Buffer.from(random.pick(whole), 'latin1');
    for (let changes = random.below(4); changes > 0; changes -= 1) {
      const at = random.below(bytes.length + 1);
      const piece = random.chance(0.5)
        ? random.bytes(1 + random.below(3))
        : Buffer.from(random.pick(['\r\n', '\n', ' ', ':', '%', '/', '..', '?', '&', '\u0000', 'HTTP/1.1', 'chunked', '{', '"']));
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + random.below(3))]);
    }
    const isWhole = random.chance(0.8);
    const sent = isWhole ? bytes : bytes.subarray(0, random.below(bytes.length));
    const before = faults.length;
    const { statuses } = await talk(port, sent, { finally: random.chance(0.95) ? 'end' : 'reset' }).catch((error: unknown) => {
      throw new Error(`FUZZ_SEED=${seed}: ${JSON.stringify(sent.toString('latin1'))}`, { cause: error });
    });
    for (const status of statuses) {
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (status >= 500 && status !== 501)
        throw new Error(`FUZZ_SEED=${seed}: status ${status} for ${JSON.stringify(sent.toString('latin1'))}`);
    }
    if (faults.length > before)
      throw new Error(`FUZZ_SEED=${seed}: a fault for (or near) ${JSON.stringify(sent.toString('latin1'))}`, { cause: faults.at(-1) });
  };
  for (let run = 0; run < RUNS; run += 8) await Promise.all(Array.from({ length: 8 }, one));
  if (isStress) console.log({ seed: seed, runs: RUNS, seen: [...seen].sort(([a], [b]) => a - b), rss: process.memoryUsage().rss });
  for (const status of [200, 400, 401, 403]) expect([status, seen.get(status) ?? 0]).not.toEqual([status, 0]);
});
