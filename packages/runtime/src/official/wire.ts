import type { IncomingMessage, ServerResponse } from 'node:http';
import { runWithContext } from '@agentcore-tutorials/identity';
import type { OpenContext } from '../context.ts';
import type { Core } from '../core.ts';
import { RuntimeError } from '../errors.ts';
import { openInvocation } from '../invoke.ts';
import type { LineLogger } from '../logger.ts';
import { parseJson, readBody } from '../read-body.ts';
import { sendEvents } from '../send-events.ts';
import { validate } from '../validate.ts';
import { pathOf, type Wire } from '../wire.ts';
import { eventFrame, failureEvent, messageOf } from './event-frame.ts';
import { parserFor, parseWith } from './parse-body.ts';
import { Refused, refusals } from './refusals.ts';
import { json, send, sendResult } from './send-result.ts';
import type { ContentTypeParserConfig } from './types.ts';

const bodyLimit = 1024 * 1024;
const eventStream = 'text/event-stream';
const noSession = 'Missing sessionId. Provide via x-amzn-bedrock-agentcore-runtime-session-id header or request body.';
const notAccepted =
  'Streaming response requires Accept: text/event-stream header. Please include this header in your request to receive streaming data.';

/**
 * What bedrock-agentcore 0.4.4 says on the wire: a session id is required, a content type other than JSON or text is refused, bodies end at
 * 1 MB, streams need an Accept header, strings are sent as they are, and so on. For callers that have come to rely on it.
 */
export function officialWire(parsers: readonly ContentTypeParserConfig[]): Wire {
  return {
    json,
    wrongMethod: unknownRoute,
    unknownPath(request, response, core) {
      if (core.options.websocket !== undefined && pathOf(request) === '/ws') send(response, 404, undefined, undefined);
      else unknownRoute(request, response);
    },
    invoke(core, request, response, state) {
      const open = openInvocation(core, request, response, state);
      const parser = parserFor(request, parsers);
      readBody(request, Math.min(core.limits.bodyBytes, parser?.bodyLimit ?? bodyLimit), (body, refusal) => {
        if (body === undefined) {
          refuse(request, response, refusal?.code === 'BODY_TOO_LARGE' ? new Refused(refusals.tooLarge) : refusal, open.log);
          return;
        }
        runWithContext(open.context, () => {
          answer(core, body, parser, open, request, response).catch((error: unknown) => refuse(request, response, error, open.log));
        });
      });
    },
  };
}

async function answer(
  core: Core,
  body: Buffer,
  parser: ContentTypeParserConfig | undefined,
  { context, log }: OpenContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { handle, request: schema } = core.options;
  let payload = parser === undefined ? parse(body, request) : await parseWith(parser, body, request);
  if (context.sessionId === undefined) {
    // The official package also takes the session from the payload; the context then names it like any other.
    const named = (payload as { sessionId?: unknown } | null | undefined)?.sessionId;
    if (!named) throw new Told(400, { error: noSession });
    Object.assign(context, { sessionId: named });
  }
  if (schema !== undefined) {
    const checked = await validate(schema, payload);
    if (!checked.ok) throw new Told(400, { error: 'Invalid request body format', details: checked.raw });
    payload = checked.value;
  }
  const result = await handle?.(payload, context);
  const accept = request.headers.accept?.includes(eventStream) === true ? request.headers.accept : undefined;
  if (!isAsyncGenerator(result)) await sendResult(response, result, accept, log);
  else if (accept === undefined) throw new Told(406, { error: notAccepted });
  else {
    const headers = { 'content-type': eventStream, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
    await sendEvents(response, result, { log, frame: eventFrame, failure: failureEvent, headers, lazy: true });
  }
}

/** An answer that is told by throwing it. */
class Told extends RuntimeError {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super('HTTP', `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown, log: LineLogger): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    log.error('The answer failed after it had begun.', { error });
    response.destroy();
  } else if (error instanceof Refused) {
    log.warn('Invocation refused', { status: error.refusal.statusCode, reason: error.refusal.code });
    if (error.refusal.statusCode === 413) response.setHeader('connection', 'close');
    send(response, error.refusal.statusCode, json, JSON.stringify(error.refusal));
  } else {
    const { status, body } = error instanceof Told ? error : { status: 500, body: { error: messageOf(error) } };
    if (status >= 500) log.error('Invocation failed', { status, error });
    else log.warn('Invocation refused', { status });
    // A client that accepts event streams learns of a failure by an empty stream with status 500.
    if (request.headers.accept?.includes(eventStream) === true) send(response, 500, eventStream, undefined);
    else send(response, status, json, JSON.stringify(body));
  }
}

function parse(body: Buffer, request: IncomingMessage): unknown {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === '' && body.length === 0) return undefined;
  if (type === 'text/plain') return body.toString('utf8');
  if (type !== 'application/json') throw new Refused(refusals.mediaType);
  if (body.length === 0) throw new Refused(refusals.empty);
  try {
    const payload = parseJson(body);
    // The official parser refuses what could change a prototype.
    if (body.includes('__proto__') || body.includes('constructor')) JSON.stringify(payload, refusePrototypes);
    return payload;
  } catch {
    throw new Refused(refusals.json);
  }
}

function refusePrototypes(name: string, value: unknown): unknown {
  if (name === '__proto__' || (name === 'constructor' && typeof value === 'object' && value !== null && 'prototype' in value)) {
    throw new RuntimeError('INVALID_JSON', `${name} is not taken as a name.`);
  }
  return value;
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator<unknown> {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return false;
  return 'next' in value && 'return' in value && 'throw' in value;
}

function unknownRoute(request: IncomingMessage, response: ServerResponse): void {
  const message = `Route ${request.method}:${request.url} not found`;
  send(response, 404, json, JSON.stringify({ message, error: 'Not Found', statusCode: 404 }));
}
