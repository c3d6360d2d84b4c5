import { OpenAI } from 'openai';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { MODEL, client, user } from './openai-fixtures.ts';
import { FAULT_HEADER } from './read-fault.ts';
import { KEY, withModelServer } from './with-model-server.ts';

const asked = (fault: string): { headers: Record<string, string> } => ({ headers: { [FAULT_HEADER]: fault } });
const body = { model: MODEL, messages: user('Hello') };

async function readAll(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count += 1;
  return count;
}

describe('a fault on request', () => {
  test('a status with Retry-After, by header or by model name', async () => {
    await using server = await withModelServer();
    const { chat } = client(server.origin);
    const error: unknown = await chat.completions.create(body, asked('429:7')).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('7');
    await expect(chat.completions.create({ ...body, model: 'fault-503' })).rejects.toMatchObject({ status: 503 });
    expect(server.model.requests().map(({ status }) => status)).toEqual([429, 503]);
  });

  test('the client retries a status as often as it is told to', async () => {
    await using server = await withModelServer();
    await expect(client(server.origin, { maxRetries: 2 }).chat.completions.create(body, asked('500'))).rejects.toMatchObject({
      status: 500,
    });
    expect(server.model.requests()).toHaveLength(3);
  });

  test('hang answers nothing until the client gives up', async () => {
    await using server = await withModelServer();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const asking = client(server.origin, { timeout: 60_000 }).chat.completions.create(body, asked('hang'));
    void server.received().then(() => vi.advanceTimersByTime(60_000));
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    expect(await server.recorded(1)).toMatchObject([{ status: 0, finish: 'hang' }]);
  });

  test('disconnect closes the connection without an answer', async () => {
    await using server = await withModelServer();
    await expect(client(server.origin).chat.completions.create(body, asked('disconnect'))).rejects.toBeInstanceOf(
      OpenAI.APIConnectionError,
    );
    expect(server.model.requests()).toMatchObject([{ status: 0, finish: 'disconnect' }]);
  });

  test.each([true, false])('cut breaks the connection in the middle (stream: %s)', async (stream) => {
    await using server = await withModelServer();
    const attempt = client(server.origin).responses.create({ model: 'fault-cut:5', input: 'Hello', stream });
    await expect(stream ? attempt.then((events) => readAll(events as AsyncIterable<unknown>)) : attempt).rejects.toBeInstanceOf(Error);
    expect(server.model.requests()).toMatchObject([{ finish: 'cut' }]);
  });

  test.each([true, false])('malformed ends in broken JSON (stream: %s)', async (stream) => {
    await using server = await withModelServer();
    const attempt = client(server.origin, { logLevel: 'off' }).chat.completions.create({ ...body, stream }, asked('malformed:2'));
    await expect(stream ? attempt.then((events) => readAll(events as AsyncIterable<unknown>)) : attempt).rejects.toBeInstanceOf(
      SyntaxError,
    );
  });

  test('slow still answers whole', async () => {
    await using server = await withModelServer();
    const reply = await client(server.origin).chat.completions.create({ ...body, stream: true }, asked('slow:1'));
    expect(await readAll(reply)).toBeGreaterThan(3);
  });

  test('an unknown fault is refused', async () => {
    await using server = await withModelServer();
    await expect(client(server.origin).chat.completions.create(body, asked('explode'))).rejects.toMatchObject({
      status: 400,
      code: 'unknown_fault',
    });
  });
});

describe('a client', () => {
  test('that goes away in mid-stream ends the answer', async () => {
    await using server = await withModelServer({ delayMs: 20 });
    const stream = await client(server.origin).chat.completions.create({ ...body, stream: true });
    for await (const _ of stream) break;
    expect(await server.recorded(1)).toMatchObject([{ stream: true, finish: 'aborted' }]);
  });

  test.each([
    ['{"model":', 'We could not parse the JSON body'],
    ['[]', 'must be an object'],
    ['', 'We could not parse the JSON body'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'We could not parse the JSON body'],
  ])('that sends %j is told so', async (sent, message) => {
    await using server = await withModelServer();
    const reply = await fetch(`${server.origin}/v1/responses`, { method: 'POST', headers: { authorization: `Bearer ${KEY}` }, body: sent });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { type: 'invalid_request_error', message: expect.stringContaining(message) } });
  });

  test.each([2, 30])('that sends a body %i times too large gets 413', async (times) => {
    await using server = await withModelServer({ bodyLimit: 100_000 });
    const attempt = client(server.origin).chat.completions.create({ model: MODEL, messages: user('x'.repeat(100_000 * times)) });
    await expect(attempt).rejects.toMatchObject({ status: 413, code: 'request_too_large' });
  });

  test('that uses the wrong method is told which is right', async () => {
    await using server = await withModelServer();
    const reply = await fetch(`${server.origin}/v1/chat/completions`, { headers: { authorization: `Bearer ${KEY}` } });
    expect([reply.status, await reply.json()]).toMatchObject([405, { error: { code: 'method_not_supported' } }]);
  });
});

test('no more records are kept than asked for', async () => {
  await using server = await withModelServer({ keep: 2 });
  const openai = client(server.origin);
  await openai.models.list();
  await openai.models.retrieve(MODEL);
  await openai.models.retrieve('gpt-4o');
  expect(server.model.requests().map(({ path }) => path)).toEqual([`/v1/models/${MODEL}`, '/v1/models/gpt-4o']);
});
