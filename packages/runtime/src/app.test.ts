import { once } from 'node:events';
import { Readable } from 'node:stream';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { AgentCoreApp, HttpError, sse } from './index.ts';
import { serve } from './test/serve.ts';

describe('the request schema', () => {
  const standard = {
    zod: z.object({ prompt: z.string(), times: z.number().default(1) }),
    valibot: v.object({ prompt: v.string(), times: v.optional(v.number(), 1) }),
    arktype: type({ prompt: 'string', times: 'number = 1' }),
  };

  test.each(Object.entries(standard))('%s: the handler gets what the schema makes of the payload', async (_name, request) => {
    const { invoke } = await serve({ request, handle: (payload) => payload });
    expect(await (await invoke({ prompt: 'hi' })).json()).toEqual({ prompt: 'hi', times: 1 });
  });

  test.each(Object.entries(standard))('%s: what does not match is answered by 400 and where it does not', async (_name, request) => {
    const { invoke } = await serve({ request, handle: () => 'never' });
    const response = await invoke({ prompt: 5, times: 1 });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'Invalid request body',
      details: [{ message: expect.any(String) as string, path: ['prompt'] }],
    });
  });

  test('a schema may take its time', async () => {
    const request = z.object({ prompt: z.string().refine(async (prompt) => prompt !== 'no', 'not that') });
    const { invoke } = await serve({ request, handle: ({ prompt }) => prompt });
    expect(await (await invoke({ prompt: 'yes' })).text()).toBe('"yes"');
    expect((await invoke({ prompt: 'no' })).status).toBe(400);
  });

  test('the handler is typed by the schema, and by nothing without one', () => {
    const typed = new AgentCoreApp({
      request: z.object({ prompt: z.string() }),
      async *handle({ prompt }, context) {
        expectTypeOf(prompt).toEqualTypeOf<string>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
        yield prompt;
      },
    });
    expectTypeOf(typed.run).returns.resolves.toHaveProperty('url');
    expect(new AgentCoreApp({ handle: (payload) => expectTypeOf(payload).toEqualTypeOf<unknown>() })).toBeInstanceOf(AgentCoreApp);
  });
});

describe('answers', () => {
  test('an error with a status answers with its detail', async () => {
    const { invoke } = await serve({
      handle() {
        throw new HttpError(409, { reason: 'busy' });
      },
    });
    const response = await invoke({});
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({ error: { reason: 'busy' } });
  });

  test.each([null, undefined, 'a text', 5, { message: 'no error' }])('whatever is thrown, the answer is 500: %j', async (thrown) => {
    const { invoke } = await serve({
      handle() {
        // oxlint-disable-next-line no-throw-literal, only-throw-error -- that is the case
        throw thrown;
      },
    });
    const response = await invoke({});
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  });

  test('named events, bytes cut inside a letter, and promises are streamed', async () => {
    const letters = new TextEncoder().encode('서울');
    const { invoke } = await serve({
      *handle() {
        yield sse({ event: 'start', data: 1 });
        yield letters.slice(0, 2);
        yield letters.slice(2);
        yield Promise.resolve('later');
      },
    });
    const text = await (await invoke({})).text();
    expect(text).toMatch(/^event: start\ndata: 1\n\n/);
    const rest = text.split('\n\n').slice(1, -1);
    expect(
      rest
        .slice(0, -1)
        .map((frame) => JSON.parse(frame.slice(6)) as string)
        .join(''),
    ).toBe('서울');
    expect(rest.at(-1)).toBe('data: "later"');
  });

  test('a ReadableStream is streamed, and cancelled when the client goes away', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>();
    const { invoke } = await serve({
      handle: () =>
        new ReadableStream({
          start: (controller) => controller.enqueue({ token: 'a' }),
          cancel: () => resolve(),
        }),
    });
    const leave = new AbortController();
    const reader = (await invoke({}, { signal: leave.signal })).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: {"token":"a"}\n\n');
    leave.abort();
    await cancelled;
  });

  test('a stream of Node is streamed, and destroyed when the client goes away', async () => {
    const source = new Readable({ read: () => undefined });
    source.push('서울');
    const { invoke } = await serve({ handle: () => source });
    const leave = new AbortController();
    const reader = (await invoke({}, { signal: leave.signal })).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: "서울"\n\n');
    const closed = once(source, 'close');
    leave.abort();
    await closed;
  });

  test('a stream that waits has sent its headers', async () => {
    const { promise: gate, resolve } = Promise.withResolvers<string>();
    const { invoke } = await serve({
      async *handle() {
        yield await gate;
      },
    });
    const response = await invoke({});
    expect(response.status).toBe(200);
    resolve('now');
    expect(await response.text()).toBe('data: "now"\n\n');
  });

  test('a Response keeps each of its cookies, and may have no body', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const { invoke } = await serve({ handle: () => new Response(null, { status: 204, headers }) });
    const response = await invoke({});
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('a Response whose body was read already is answered by 500', async () => {
    const { invoke } = await serve({
      async handle() {
        const response = new Response('once');
        await response.text();
        return response;
      },
    });
    const response = await invoke({});
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: expect.stringContaining('locked') as string });
  });

  test('a Response whose body fails midway cuts the connection', async () => {
    let pulls = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulls += 1;
        if (pulls > 2) controller.error(new Error('source broke'));
        else controller.enqueue(new Uint8Array(10));
      },
    });
    const { invoke, lines } = await serve({ handle: () => new Response(body) });
    await expect(invoke({}).then((response) => response.text())).rejects.toThrow(/fetch failed|terminated/);
    expect(lines()).toContainEqual(expect.objectContaining({ level: 'ERROR', errorMessage: 'source broke' }));
  });

  test('a byte order mark before the JSON is no error', async () => {
    const { url } = await serve({ handle: (payload) => payload });
    const response = await fetch(`${url}/invocations`, { method: 'POST', body: '\uFEFF{"a":1}' });
    expect(await response.json()).toEqual({ a: 1 });
  });

  test('a body may be parsed by the app', async () => {
    const { invoke } = await serve({
      parse: (body, request) => ({ bytes: body.length, type: request.headers['content-type'] }),
      handle: (payload) => payload,
    });
    expect(await (await invoke('x', { headers: { 'content-type': 'image/png' } })).json()).toEqual({ bytes: 3, type: 'image/png' });
  });

  test.each(['/', '/invocations/', '/pings', '/ws'])('%s is unknown', async (path) => {
    const { url } = await serve({ handle: () => 1 });
    expect((await fetch(url + path)).status).toBe(404);
  });

  test('a wrong method names the right one, HEAD /ping has no body, a query changes nothing', async () => {
    const { url } = await serve({ handle: () => 1 });
    const wrong = await fetch(`${url}/invocations`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    const head = await fetch(`${url}/ping`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${url}/ping?x=1`)).status).toBe(200);
  });
});

describe('the context', () => {
  test('its signal aborts when the client goes away', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<boolean[]>();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const { invoke } = await serve({
      async handle(_payload, context) {
        context.signal.addEventListener('abort', () => resolve([context.signal.aborted, context.signal.reason instanceof Error]));
        start();
        await aborted;
      },
    });
    const leave = new AbortController();
    const call = invoke('early', { signal: leave.signal });
    await started;
    leave.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(await aborted).toEqual([true, true]);
  });

  test('it can be spread without losing its signal', async () => {
    const { invoke } = await serve({ handle: (_payload, context) => ({ ...context }).signal instanceof AbortSignal });
    expect(await (await invoke({})).json()).toBe(true);
  });

  test('a token that came with the request is in no line of log', async () => {
    const token = 'workload-token-0123456789';
    const { invoke, text } = await serve({
      handle(_payload, context) {
        context.log.info(`the token is ${context.workloadAccessToken}`, { headers: context.headers, token });
        throw new Error(`could not use ${token} nor caller-credential-42`);
      },
    });
    await invoke({}, { headers: { WorkloadAccessToken: token, authorization: 'Bearer caller-credential-42' } });
    expect(text()).toContain('[redacted]');
    expect(text()).not.toContain(token);
    expect(text()).not.toContain('caller-credential-42');
  });

  test('a payload that is refused is not logged', async () => {
    const { url, text } = await serve({ handle: () => 1 });
    await fetch(`${url}/invocations`, { method: 'POST', body: '{"password": hunter2}' });
    expect(text()).toContain('INVALID_JSON');
    expect(text()).not.toContain('hunter2');
  });
});
