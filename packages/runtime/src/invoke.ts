import type { IncomingMessage, ServerResponse } from 'node:http';
import { runWithContext } from '@agentcore-tutorials/identity';
import { openContext, type OpenContext } from './context.ts';
import type { Core } from './core.ts';
import { debugAction } from './debug-actions.ts';
import { fail } from './fail.ts';
import { parseJson, readBody } from './read-body.ts';
import { sendEvents } from './send-events.ts';
import { isResponse, sendResponse } from './send-response.ts';
import { toJson } from './serialize.ts';
import { isValueStream } from './stream-values.ts';
import { withTraceContext } from './trace-context.ts';
import { validate } from './validate.ts';
import { sendJson } from './write.ts';

/**
 * Answers POST /invocations. Whatever happens, the client gets an answer or is gone.
 *
 * This is the hot path: it takes callbacks where a promise would only wait for what is there, and names no closure (bundlers that keep
 * names pay for each one that is made).
 */
export function invoke(core: Core, request: IncomingMessage, response: ServerResponse, state: Record<string, unknown>): void {
  const open = openInvocation(core, request, response, state);
  readBody(request, core.limits.bodyBytes, (body, refusal) => {
    if (body === undefined) {
      fail(response, refusal, open.log);
      return;
    }
    withTraceContext(request.headers, () =>
      runWithContext(open.context, () => {
        answer(core, body, open, request, response).catch((error: unknown) => fail(response, error, open.log));
      }),
    );
  });
}

/** Opens the context of an invocation, counts it in, and sees to its end: the count, the signal and the line of log. */
export function openInvocation(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  state: Record<string, unknown>,
): OpenContext {
  const startedAt = performance.now();
  const open = openContext(request, core.logger, state);
  core.opened();
  response.on('close', () => {
    core.closed();
    const took = performance.now() - startedAt;
    if (!response.writableFinished) {
      open.abort(new Error('The client went away.'));
      open.log.warn('Invocation ended early: the client went away', { durationMs: Math.round(took) });
    } else if (core.logRequests && response.statusCode < 400) open.log.access('Invocation completed', response.statusCode, took);
  });
  return open;
}

async function answer(
  core: Core,
  body: Buffer,
  { context, log }: OpenContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { options, ping, tasks } = core;
  let payload = options.parse === undefined ? parseJson(body) : await options.parse(body, request);
  if (options.debug === true) {
    const action = await debugAction(payload, ping, tasks);
    if (action !== undefined) return sendJson(response, action.status, toJson(action.body));
  }
  if (options.handle === undefined) {
    log.error('There is no handler: give AgentCoreApp a `handle` function.');
    return sendJson(response, 500, '{"error":"No entrypoint defined"}');
  }
  if (options.request !== undefined) {
    const checked = await validate(options.request, payload);
    if (!checked.ok) {
      log.warn('The payload does not match the schema of the app.', { issues: checked.issues.length });
      return sendJson(response, 400, toJson({ error: 'Invalid request body', details: checked.issues }));
    }
    payload = checked.value;
  }
  const result = await options.handle(payload, context);
  if (isResponse(result)) await sendResponse(response, result, log);
  else if (isValueStream(result)) await sendEvents(response, result, { log });
  else sendJson(response, 200, toJson(result));
}
