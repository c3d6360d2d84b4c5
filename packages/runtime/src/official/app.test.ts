import { fileURLToPath } from 'node:url';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { BedrockAgentCoreApp, type RequestContext } from '../index.ts';
import { spawnAgent } from '../test/spawn-agent.ts';

const SESSION = { 'x-amzn-bedrock-agentcore-runtime-session-id': 'session' };
const program = fileURLToPath(new URL('../test/agents/official.ts', import.meta.url));

test('a program for the official class type-checks, its schema typing its request', () => {
  const app = new BedrockAgentCoreApp({
    invocationHandler: {
      requestSchema: z.object({ message: z.string() }),
      process: async (request, context) => {
        expectTypeOf(request).toEqualTypeOf<{ message: string }>();
        expectTypeOf(context).toEqualTypeOf<RequestContext>();
        expectTypeOf(context.sessionId).toEqualTypeOf<string>();
        context.log.info({ length: request.message.length }, 'processing');
        return `Hello ${request.message}!`;
      },
    },
    websocketHandler: async (socket, context) => {
      socket.on('message', () => socket.send(context.sessionId));
    },
    pingHandler: () => 'Healthy',
    config: {
      logging: {
        enabled: false,
        disableRequestLogging: (request: { url: string }) => request.url === '/ping',
        options: { level: 'debug' },
      },
      contentTypeParsers: [{ contentType: 'application/xml', parser: (_request, body: string) => body.length, parseAs: 'string' }],
    },
  });
  expect(app.getCurrentPingStatus()).toBe('Healthy');
});

test('without a handler it is refused with the way out', () => {
  expect(() => new BedrockAgentCoreApp({} as never)).toThrow('invocationHandler: { process }');
});

test('tasks and status have the names of the official class', async () => {
  const app = new BedrockAgentCoreApp({ invocationHandler: { process: () => 1 } });
  const id = app.addAsyncTask('work', { rows: 1 });
  expect(app.getAsyncTaskInfo()).toEqual({ activeCount: 1, runningJobs: [{ name: 'work', duration: expect.any(Number) as number }] });
  expect(app.getCurrentPingStatus()).toBe('HealthyBusy');
  expect(app.completeAsyncTask(id)).toBe(true);
  expect(app.getCurrentPingStatus()).toBe('Healthy');
  expect(await app.asyncTask(async () => 7)()).toBe(7);
  app.forcePingStatus('HealthyBusy');
  expect(app.getCurrentPingStatus()).toBe('HealthyBusy');
  app.clearForcedPingStatus();
  expect(app.getCurrentPingStatus()).toBe('Healthy');
});

test('the status at once comes from a ping handler that is not async, and is automatic where that fails', () => {
  const at = (pingHandler: () => 'HealthyBusy' | Promise<'HealthyBusy'>): string =>
    new BedrockAgentCoreApp({ invocationHandler: { process: () => 1 }, pingHandler }).getCurrentPingStatus();
  expect(at(() => 'HealthyBusy')).toBe('HealthyBusy');
  expect(at(async () => 'HealthyBusy' as const)).toBe('Healthy');
  expect(at(() => Promise.reject(new Error('no')))).toBe('Healthy');
  expect(
    at(() => {
      throw new Error('no');
    }),
  ).toBe('Healthy');
});

test('its parsers read other content types, in each of their forms, and JSON is read without one', async () => {
  const agent = await spawnAgent(program);
  const send = async (type: string, body: string): Promise<unknown> => {
    const response = await fetch(`${agent.url}/invocations`, { method: 'POST', headers: { ...SESSION, 'content-type': type }, body });
    return [response.status, await response.json()];
  };
  expect(await send('application/xml; charset=utf-8', '<a/>')).toEqual([200, { xml: '<a/>' }]);
  expect(await send('application/pdf', 'abc')).toEqual([200, { bytes: 3 }]);
  expect(await send('text/csv', 'a,b')).toEqual([200, { rows: ['a', 'b'] }]);
  expect(await send('application/x-callback', 'abc')).toEqual([200, { callback: 'abc' }]);
  expect(await send('application/x-callback', 'fail')).toEqual([500, { error: 'parser said no' }]);
  expect(await send('application/pdf', 'x'.repeat(2000))).toEqual([413, { error: 'Request body is too large' }]);
  expect(await send('application/json', '{"a":1}')).toEqual([200, { a: 1 }]);
});

test('without a session its context has an empty one, and its log lines leave out what it says of requests', async () => {
  const agent = await spawnAgent(program);
  const response = await fetch(`${agent.url}/invocations`, { method: 'POST', body: '{"say":"session"}' });
  expect(await response.json()).toBe('');
  await expect.poll(agent.output).toContain('handler says');
  expect(agent.output()).not.toContain('Invocation completed');
});
