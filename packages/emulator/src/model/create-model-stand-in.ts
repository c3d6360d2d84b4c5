import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRequest } from './answer-request.ts';
import { errorBody } from './error-body.ts';
import type { Exchange, StandInSettings } from './exchange.ts';
import { findRoute, isModelPath } from './find-route.ts';
import { KNOWN_MODELS } from './known-models.ts';
import { ModelRequestError } from './model-request-error.ts';
import { createRequestLog } from './request-log.ts';
import type { ModelRequestRecord } from './request-log.ts';
import { createResponseStore } from './response-store.ts';
import { sendJson } from './send.ts';

export interface ModelStandInOptions {
  /** Tells whether the vendor knows a key. Asked on every request, so that a key that was rotated away is refused at once. */
  isValidKey(key: string): boolean;
  /** Names of the models (and Azure deployments) that exist. Default: the usual names of OpenAI. A dated snapshot of each exists too. */
  models?: string[];
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Called with the record of each request, right before the last byte of its answer. */
  onRequest?(record: ModelRequestRecord): void;
  /** Milliseconds between two streamed words. Default 2. */
  delayMs?: number;
  /** Most bytes of a request body. Default 8 MiB. */
  bodyLimit?: number;
  /** How many records `requests()` keeps. Default 1000. */
  keep?: number;
}

export interface ModelStandIn {
  /** True for the paths that `handle` answers: `/v1/*` and `/openai/*`, with or without a query string. */
  matches(path: string): boolean;
  /** Answers one request. Resolves when the answer is sent or the client is gone; never rejects for anything a client does. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The last requests, the oldest first. */
  requests(): ModelRequestRecord[];
}

const MIB = 1024 * 1024;

/**
 * A local stand-in for OpenAI and Azure OpenAI: chat completions, responses and models, as JSON and as server-sent events. It plans by
 * rules: weather and arithmetic become tool calls, their results become the answer. It runs no tools; the agent does.
 */
export function createModelStandIn({
  isValidKey,
  models = Object.keys(KNOWN_MODELS),
  now = Date.now,
  onRequest,
  delayMs = 2,
  bodyLimit = 8 * MIB,
  keep = 1000,
}: ModelStandInOptions): ModelStandIn {
  const log = createRequestLog(keep);
  const settings: StandInSettings = { isValidKey, models, now, delayMs, bodyLimit, store: createResponseStore(32 * MIB) };
  const remember = (record: ModelRequestRecord): void => {
    log.add(record);
    onRequest?.(structuredClone(record));
  };
  return {
    matches: (path) => isModelPath(path),
    requests: () => log.list(),
    async handle(request, response) {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const exchange = openExchange(request, response, { at: new Date(now()).toISOString(), signal: gone.signal, remember });
      response.setHeader('x-request-id', `req_${randomUUID().replaceAll('-', '')}`);
      response.setHeader(
        exchange.route.surface === 'openai' ? 'openai-version' : 'apim-request-id',
        exchange.route.surface === 'openai' ? '2020-10-01' : randomUUID(),
      );
      try {
        await answerRequest(exchange, settings);
      } catch (error) {
        await refuse(exchange, error);
      } finally {
        exchange.finish();
      }
    },
  };
}

function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { at, signal, remember }: { at: string; signal: AbortSignal; remember(record: ModelRequestRecord): void },
): Exchange {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const record: ModelRequestRecord = {
    at,
    path: url.pathname,
    stream: false,
    status: 0,
    toolCalls: [],
    toolResults: 0,
    finish: 'error',
    keyFingerprint: '',
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  };
  let finished = false;
  const finish = (): void => {
    if (finished) return;
    finished = true;
    remember(record);
  };
  return { request, response, url, route: findRoute(url), record, signal, fault: undefined, finish };
}

async function refuse({ request, response, route, record, signal, finish }: Exchange, error: unknown): Promise<void> {
  const gone = signal.aborted || response.destroyed || (request.destroyed && !request.complete);
  if (gone || response.headersSent) {
    record.finish = gone ? 'aborted' : 'error';
    response.destroy();
    if (gone) return;
    throw error;
  }
  const refusal =
    error instanceof ModelRequestError
      ? error
      : new ModelRequestError(500, 'The local model stand-in failed. This is a bug in it.', { type: 'server_error', code: 'server_error' });
  record.status = refusal.status;
  record.finish = 'error';
  // What is left of the body is not read, so the connection cannot carry another request.
  if (!request.complete) response.setHeader('connection', 'close');
  await sendJson(response, refusal.status, errorBody(refusal, route.surface), { delayMs: 0, fault: undefined, signal, beforeEnd: finish });
  if (refusal !== error) throw error;
}
