import { describe, expect, test } from 'vitest';
import { AgentCoreApp, type Middleware } from './index.ts';
import { serve } from './test/serve.ts';

describe('start and stop', () => {
  test('onStart runs before the app listens, onStop after the last answer', async () => {
    const events: string[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const app = await serve({
      drainTimeout: 5000,
      onStart: async () => void events.push('start'),
      onStop: () => void events.push('stop'),
      async handle() {
        events.push('handle');
        await gate;
        events.push('answer');
        return 1;
      },
    });
    const call = app.invoke({}).then((response) => response.json());
    await expect.poll(() => events).toContain('handle');
    const closed = app.close();
    open();
    expect(await call).toBe(1);
    await closed;
    expect(events).toEqual(['start', 'handle', 'answer', 'stop']);
    await expect(fetch(`${app.url}/ping`)).rejects.toThrow('fetch failed');
  });

  test('an app whose onStart fails does not listen, and may try again', async () => {
    let ready = false;
    const app = new AgentCoreApp({
      log: false,
      onStart() {
        if (!ready) throw new Error('no database');
      },
    });
    await expect(app.listen({ port: 0 })).rejects.toThrow('no database');
    ready = true;
    await (await app.listen({ port: 0, host: '127.0.0.1' })).close();
  });

  test('a taken port is told with the way out', async () => {
    const { port } = await serve({});
    await expect(new AgentCoreApp({ log: false }).listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining(`Port ${port}`) as string,
    });
  });

  test('an app listens once, and again after it was closed', async () => {
    const { app, close } = await serve({});
    await expect(app.listen({ port: 0 })).rejects.toMatchObject({ code: 'ALREADY_LISTENING' });
    await close();
    await (await app.listen({ port: 0, host: '127.0.0.1' })).close();
  });

  test('what is open after the drain time is cut, and hears of it', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<unknown>();
    const app = await serve({
      drainTimeout: 50,
      async *handle(_payload, context) {
        context.signal.addEventListener('abort', () => resolve(context.signal.reason));
        yield 'first';
        await new Promise(() => undefined);
      },
    });
    const response = await app.invoke({});
    const reader = response.body?.getReader();
    await reader?.read();
    await app.close();
    expect(await aborted).toBeInstanceOf(Error);
    await expect(reader?.read()).rejects.toThrow('terminated');
  });

  test('the app is busy while a request is open, where that was asked for', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const app = await serve({ busyWhileInFlight: true, drainTimeout: 5000, handle: () => gate });
    const status = async (): Promise<string> => ((await (await fetch(`${app.url}/ping`)).json()) as { status: string }).status;
    expect(await status()).toBe('Healthy');
    const call = app.invoke({});
    await expect.poll(status).toBe('HealthyBusy');
    open();
    await call;
    await expect.poll(status).toBe('Healthy');
  });
});

describe('middleware', () => {
  test('it runs in order around the answer, and leaves state for the handler', async () => {
    const events: string[] = [];
    const named =
      (name: string): Middleware =>
      async ({ response, state, path }, next) => {
        events.push(`${name} in ${path}`);
        state[name] = true;
        response.setHeader(`x-${name}`, '1');
        await next();
        events.push(`${name} out ${response.statusCode}`);
      };
    const app = await serve({ middleware: [named('a'), named('b')], handle: (_payload, context) => context.state });
    const response = await app.invoke({});
    expect(response.headers.get('x-a')).toBe('1');
    expect(await response.json()).toEqual({ a: true, b: true });
    await expect.poll(() => events).toEqual(['a in /invocations', 'b in /invocations', 'b out 200', 'a out 200']);
  });

  test('it may answer itself', async () => {
    const app = await serve({
      middleware: [
        ({ request, response }, next) => {
          if (request.headers.authorization !== undefined) return next();
          response.statusCode = 401;
          response.end('who are you?');
          return undefined;
        },
      ],
      handle: () => 'welcome',
    });
    expect((await app.invoke({})).status).toBe(401);
    expect(await (await app.invoke({}, { headers: { authorization: 'Bearer x' } })).text()).toBe('"welcome"');
  });

  test.each([
    ['before the answer', 500],
    ['after the answer', 200],
  ])('where it fails %s, the client gets %i', async (when, status) => {
    const app = await serve({
      middleware: [
        async (_exchange, next) => {
          if (when === 'before the answer') throw new Error('broken middleware');
          await next();
          throw new Error('broken middleware');
        },
      ],
      handle: () => 1,
    });
    expect((await app.invoke({})).status).toBe(status);
    expect((await app.invoke({})).status).toBe(status);
  });
});
