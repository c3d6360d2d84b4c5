import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { invoke } from './invoke.ts';
import { sendJson } from './write.ts';

/** What an app says on the wire, where implementations of the contract differ. */
export interface Wire {
  /** Answers POST /invocations. */
  invoke(core: Core, request: IncomingMessage, response: ServerResponse, state: Record<string, unknown>): void;
  /** Answers a known path with a wrong method; `allow` names the right ones. */
  wrongMethod(request: IncomingMessage, response: ServerResponse, allow: string): void;
  /** Answers a path that is not served: an unknown one, or `/ws` for a request that is no WebSocket handshake. */
  unknownPath(request: IncomingMessage, response: ServerResponse, core: Core): void;
  /** The content type of JSON. */
  readonly json: string;
}

/** The contract, in the way of the Python SDK where AWS's text leaves it open. */
export const contractWire: Wire = {
  invoke,
  wrongMethod(_request, response, allow) {
    response.setHeader('allow', allow);
    sendJson(response, 405, '{"error":"Method Not Allowed"}');
  },
  unknownPath(request, response, core) {
    const head = request.method === 'HEAD';
    if (core.options.websocket === undefined || pathOf(request) !== '/ws')
      return sendJson(response, 404, '{"error":"Not Found"}', { head });
    response.setHeader('upgrade', 'websocket');
    sendJson(response, 426, '{"error":"Upgrade Required"}', { head });
  },
  json: 'application/json',
};

/** The path of a request, without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
