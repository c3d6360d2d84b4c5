import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { fail, invoke } from './invoke.ts';
import { sendJson } from './write.ts';

/** Answers one HTTP request, with the app's middleware around it. */
export function createRoute(core: Core): (request: IncomingMessage, response: ServerResponse) => void {
  const { middleware = [] } = core.options;
  if (middleware.length === 0) return (request, response) => void dispatch(core, request, response, pathOf(request), {});

  return (request, response) => {
    const path = pathOf(request);
    const exchange = { request, response, path, state: {} };
    const step = async (index: number): Promise<void> => {
      const next = middleware[index];
      if (next === undefined) return dispatch(core, request, response, path, exchange.state);
      await next(exchange, () => step(index + 1));
    };
    step(0).catch((error: unknown) => fail(response, error, core.logger));
  };
}

async function dispatch(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  state: Record<string, unknown>,
): Promise<void> {
  const { method } = request;
  if (response.headersSent || response.writableEnded) return;
  if (path === '/invocations') {
    if (method === 'POST') return invoke(core, request, response, state);
    return refuse(response, 'POST');
  }
  if (path === '/ping') {
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 'GET, HEAD');
    return sendJson(response, 200, JSON.stringify(await core.ping.answer()), method === 'HEAD');
  }
  if (path === '/ws' && core.options.websocket !== undefined) {
    response.setHeader('upgrade', 'websocket');
    return sendJson(response, 426, '{"error":"Upgrade Required"}');
  }
  sendJson(response, 404, '{"error":"Not Found"}', method === 'HEAD');
}

function refuse(response: ServerResponse, allow: string): void {
  response.setHeader('allow', allow);
  sendJson(response, 405, '{"error":"Method Not Allowed"}');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
