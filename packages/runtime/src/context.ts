import type { IncomingMessage } from 'node:http';
import { contextOf } from '@agentcore-tutorials/identity';
import type { LineLogger, Logger } from './logger.ts';

/** What a handler knows of its request beside the payload. `getContext()` of the identity package gives the same object. */
export interface InvocationContext {
  /** The runtime session, where the caller named one. */
  readonly sessionId?: string;
  /** The platform's id of this request, else a new UUID. */
  readonly requestId: string;
  /** The credential that AgentCore Identity takes; the identity package reads it from here. */
  readonly workloadAccessToken?: string;
  readonly oauth2CallbackUrl?: string;
  readonly userId?: string;
  /** The W3C `baggage` header. */
  readonly baggage?: string;
  /** The request's headers without cookies, AWS's own and credentials other than `Authorization`. */
  readonly headers: Record<string, string>;
  /** Aborts when the client goes away, or when a shutdown waits no longer. */
  readonly signal: AbortSignal;
  /** Writes lines that carry the ids of this request. */
  readonly log: Logger;
  /** What middleware left for the handler. */
  readonly state: Record<string, unknown>;
}

/** The context and the hand that aborts its signal. */
export interface OpenContext {
  readonly context: InvocationContext;
  readonly log: LineLogger;
  abort(reason: Error): void;
}

/** The context of one request: what `contextOf` reads from its headers, and what only a server can add. */
export function openContext(request: IncomingMessage, logger: LineLogger, state: Record<string, unknown>): OpenContext {
  const fromHeaders = contextOf(request.headers);
  const { requestId, sessionId, workloadAccessToken } = fromHeaders;
  const log = logger.forRequest(
    `,"requestId":${JSON.stringify(requestId)}${sessionId === undefined ? '' : `,"sessionId":${JSON.stringify(sessionId)}`}`,
    secretsOf(workloadAccessToken, request.headers.authorization),
  );

  // A signal costs 3 us to make, a fifth of a bare request: it is made on first use.
  let controller: AbortController | undefined;
  let reason: Error | undefined;
  const context: InvocationContext = {
    ...fromHeaders,
    log,
    state,
    get signal(): AbortSignal {
      if (controller === undefined) {
        controller = new AbortController();
        if (reason !== undefined) controller.abort(reason);
      }
      return controller.signal;
    },
  };

  return {
    context,
    log,
    abort(why) {
      if (reason !== undefined) return;
      reason = why;
      controller?.abort(why);
    },
  };
}

const none: readonly string[] = [];

function secretsOf(token: string | undefined, authorization: string | undefined): readonly string[] {
  if (token === undefined) return authorization === undefined ? none : [authorization];
  return authorization === undefined ? [token] : [token, authorization];
}
