import { describe, expect, test } from 'vitest';
import { invoke, invokeJson, invokeRaw, SESSION } from './client.ts';
import { isMissing, target } from './target.ts';

const session = { [SESSION]: 'session-of-the-contract-suite-000000000' };

describe.skipIf(isMissing('main'))('answers', () => {
  const agent = target('main');

  test('15 an invocation without a session id is answered', async () => {
    const { status, text } = await invokeRaw(agent(), '{"op":"echo","n":1}', { 'content-type': 'application/json' });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ op: 'echo', n: 1 });
  });

  test.each(['X-AMZN-BEDROCK-AGENTCORE-RUNTIME-SESSION-ID', 'x-amzn-bedrock-agentcore-runtime-session-id', SESSION])(
    '16 the session header counts in any case (%s)',
    async (name) => {
      const { text } = await invokeRaw(agent(), '{"op":"context"}', { 'content-type': 'application/json', [name]: 'a-session' });
      expect(JSON.parse(text)).toMatchObject({ sessionId: 'a-session' });
    },
  );

  test('18 a handler that throws is answered by 500 and its message', async () => {
    const response = await invoke(agent(), { op: 'throw' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'boom' });
  });

  test('19 a handler that throws is answered alike where the client accepts an event stream', async () => {
    const response = await invoke(agent(), { op: 'throw' }, { headers: { accept: 'text/event-stream' } });
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({ error: 'boom' });
  });

  test('20 an error with a status has that status', async () => {
    const response = await invoke(agent(), { op: 'status' });
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ error: 'unprocessable' });
  });

  test('21 a Response passes through', async () => {
    const response = await invoke(agent(), { op: 'response' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-made-by')).toBe('handler');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toBe('made by hand');
  });

  test.each(['{"op":', 'not json', ''])('22 what is not JSON is answered by 400 (%j)', async (body) => {
    const { status, text } = await invokeRaw(agent(), body, { 'content-type': 'application/json', ...session });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ error: 'Invalid JSON', details: expect.any(String) as string });
  });

  test('23 what is not UTF-8 is answered by 400', async () => {
    const { status, text } = await invokeRaw(agent(), Buffer.from([0x80, 0x81]), { 'content-type': 'application/json', ...session });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: 'Invalid encoding' });
  });

  test("24 a parse error of the handler's own is its failure, not the client's", async () => {
    const response = await invoke(agent(), { op: 'parse' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  });

  test.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }])(
    '25 JSON is read whatever its content type (%j)',
    async (headers) => {
      const { status, text } = await invokeRaw(agent(), '{"op":"echo"}', { ...session, ...headers });
      expect({ status, text }).toMatchObject({ status: 200 });
      expect(JSON.parse(text)).toEqual({ op: 'echo' });
    },
  );

  test('26 a body of 20 MB is taken', async () => {
    const characters = 20 * 1024 * 1024;
    expect(await invokeJson(agent(), { op: 'size', value: 'x'.repeat(characters) })).toEqual({ characters });
  });

  test('27 a string is answered as a JSON string', async () => {
    const response = await invoke(agent(), { op: 'value', value: 'a "quoted" word' });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).toBe('"a \\"quoted\\" word"');
  });

  test('28 nothing is answered as null', async () => {
    const response = await invoke(agent(), { op: 'undefined' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('null');
  });

  test('29 letters of all scripts are sent as they are', async () => {
    const response = await invoke(agent(), { op: 'value', value: { city: '서울', mood: '🙂' } });
    expect((await response.text()).replaceAll(' ', '')).toBe('{"city":"서울","mood":"🙂"}');
  });

  test.each(['circular', 'bigint'])('30 what JSON cannot hold is answered as such (%s)', async (op) => {
    const answer = await invokeJson(agent(), { op });
    expect(answer).toEqual({ error: 'Serialization failed', original_type: expect.any(String) as string });
  });

  test('31 a Set is answered as an array', async () => {
    const answer = (await invokeJson(agent(), { op: 'set' })) as unknown;
    expect(Array.isArray(answer)).toBe(true);
    // In any order: not every language keeps that of insertion.
    expect(new Set(answer as unknown[])).toEqual(new Set([1, 'two', 3]));
  });

  test('42 a slow handler does not hold up /ping', async () => {
    const order: string[] = [];
    const slow = invokeJson(agent(), { op: 'slow', ms: 800 }).then(() => order.push('slow'));
    const response = await fetch(`${agent().url}/ping`);
    await response.text();
    order.push('ping');
    await slow;
    expect(order).toEqual(['ping', 'slow']);
  });
});

describe.skipIf(isMissing('bare'))('an app without a handler', () => {
  const agent = target('bare');

  test('17 without a handler an invocation is answered by 500, which says so', async () => {
    const { status, text } = await invokeRaw(agent(), '{}', { 'content-type': 'application/json', ...session });
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({ error: 'No entrypoint defined' });
  });
});
