import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { fail } from './fail.ts';
import { pathOf } from './wire.ts';
import { sendJson } from './write.ts';

/** Answers one HTTP request, with the app's middleware around it. */
export function createRoute(core: Core): (request: IncomingMessage, response: ServerResponse) => void {
  const { middleware = [] } = core.options;
  if (middleware.length === 0) {
    return (request, response) => {
      try {
        dispatch(core, request, response, pathOf(request), {});
      } catch (error) {
        fail(response, error, core.logger);
      }
    };
  }

  return (request, response) => {
    const path = pathOf(request);
    const exchange = { request, response, path, state: {} };
    const step = async (index: number): Promise<void> => {
      const next = middleware[index];
      if (next !== undefined) {
        await next(exchange, () => step(index + 1));
        return;
      }
      if (response.headersSent || response.writableEnded) return;
      const answered = once(response, 'close');
      dispatch(core, request, response, path, exchange.state);
      await answered;
    };
    step(0).catch((error: unknown) => fail(response, error, core.logger));
  };
}

function dispatch(core: Core, request: IncomingMessage, response: ServerResponse, path: string, state: Record<string, unknown>): void {
  const { method } = request;
  const { wire } = core;
  if (path === '/invocations') {
    if (method === 'POST') wire.invoke(core, request, response, state);
    else wire.wrongMethod(request, response, 'POST');
  } else if (path === '/ping') {
    if (method === 'GET' || method === 'HEAD') void pong(core, response, method === 'HEAD');
    else wire.wrongMethod(request, response, 'GET, HEAD');
  } else wire.unknownPath(request, response, core);
}

async function pong(core: Core, response: ServerResponse, head: boolean): Promise<void> {
  sendJson(response, 200, JSON.stringify(await core.ping.answer()), { head, contentType: core.wire.json });
}
