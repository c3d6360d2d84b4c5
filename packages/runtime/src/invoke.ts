import type { IncomingMessage, ServerResponse } from 'node:http';
import { runWithContext } from '@agentcore-tutorials/identity';
import { openContext, type InvocationContext } from './context.ts';
import type { Core } from './core.ts';
import { debugAction } from './debug-actions.ts';
import { isErrorStatus, RuntimeError } from './errors.ts';
import type { LineLogger } from './logger.ts';
import { parseJson, readBody } from './read-body.ts';
import { sendEvents } from './send-events.ts';
import { sendResponse } from './send-response.ts';
import { toJson } from './serialize.ts';
import { isValueStream } from './stream-values.ts';
import { withTraceContext } from './trace-context.ts';
import { validate } from './validate.ts';
import { sendJson } from './write.ts';

/** Answers POST /invocations. Never rejects: whatever happens, the client gets an answer or is gone. */
export async function invoke(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  state: Record<string, unknown>,
): Promise<void> {
  const startedAt = performance.now();
  const { context, log, abort } = openContext(request, core.logger, state);
  core.opened();
  response.once('close', () => {
    core.closed();
    if (!response.writableFinished) abort(new Error('The client went away.'));
    const took = performance.now() - startedAt;
    if (!response.writableFinished) log.warn('Invocation ended early: the client went away', { durationMs: Math.round(took) });
    else if (response.statusCode < 400) log.access('Invocation completed', response.statusCode, took);
  });
  try {
    const payload = parseJson(await readBody(request, core.limits.bodyBytes));
    await withTraceContext(request.headers, () => runWithContext(context, () => answer(core, payload, context, log, response)));
  } catch (error) {
    fail(response, error, log);
  }
}

async function answer(core: Core, payload: unknown, context: InvocationContext, log: LineLogger, response: ServerResponse): Promise<void> {
  const { options, ping, tasks } = core;
  if (options.debug === true) {
    const action = await debugAction(payload, ping, tasks);
    if (action !== undefined) {
      sendJson(response, action.status, toJson(action.body));
      return;
    }
  }
  if (options.handle === undefined) {
    log.error('There is no handler: give AgentCoreApp a `handle` function.');
    sendJson(response, 500, '{"error":"No entrypoint defined"}');
    return;
  }
  let input = payload;
  if (options.request !== undefined) {
    const checked = await validate(options.request, payload);
    if (!checked.ok) {
      log.warn('The payload does not match the schema of the app.', { issues: checked.issues.length });
      sendJson(response, 400, toJson({ error: 'Invalid request body', details: checked.issues }));
      return;
    }
    input = checked.value;
  }
  const result = await options.handle(input, context);
  if (result instanceof Response) await sendResponse(response, result, log);
  else if (isValueStream(result)) await sendEvents(response, result, { log });
  else sendJson(response, 200, toJson(result));
}

/** Answers a failure that came before the answer began; later ones are told by the stream itself. */
export function fail(response: ServerResponse, error: unknown, log: LineLogger): void {
  const { status, body } = failureOf(error);
  if (response.destroyed) return;
  if (response.headersSent) {
    log.error('The answer failed after it had begun.', { error: asError(error) });
    response.destroy(); // a cut connection is the only way left to say that the answer is not whole
    return;
  }
  if (status >= 500) log.error('Invocation failed', { status, error: asError(error) });
  else log.warn('Invocation refused', { status, reason: error instanceof RuntimeError ? error.code : asError(error).message });
  // What is left of a body that nobody will read must not be taken for the next request.
  if (error instanceof RuntimeError && error.code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close');
  sendJson(response, status, toJson(body));
}

function failureOf(error: unknown): { status: number; body: unknown } {
  if (error instanceof RuntimeError) {
    if (error.code === 'INVALID_JSON') return { status: 400, body: { error: 'Invalid JSON', details: error.message } };
    if (error.code === 'INVALID_ENCODING') return { status: 400, body: { error: 'Invalid encoding', details: error.message } };
    if (error.code === 'BODY_TOO_LARGE') return { status: 413, body: { error: 'Payload too large', details: error.message } };
    if (error.code === 'BODY_ABORTED') return { status: 400, body: { error: 'Incomplete request', details: error.message } };
  }
  const { status, statusCode, detail } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const own = isErrorStatus(status) ? status : isErrorStatus(statusCode) ? statusCode : 500;
  return { status: own, body: { error: own !== 500 && detail !== undefined ? detail : asError(error).message } };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
