import type { ServerResponse } from 'node:http';
import { describeError } from './describe-error.ts';
import { isErrorStatus, RuntimeError } from './errors.ts';
import type { Logger } from './logger.ts';
import { toJson } from './serialize.ts';
import { sendJson } from './write.ts';

/** Answers a failure. Where the answer has begun already, the connection is cut: there is no other way left to say that it is not whole. */
export function fail(response: ServerResponse, error: unknown, log: Logger): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    log.error('The answer failed after it had begun.', { error });
    response.destroy();
    return;
  }
  const { status, body } = failureOf(error);
  if (status >= 500) log.error('Invocation failed', { status, error });
  else log.warn('Invocation refused', { status, reason: error instanceof RuntimeError ? error.code : describeError(error).message });
  // What is left of a body that nobody will read must not be taken for the next request.
  if (error instanceof RuntimeError && error.code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close');
  sendJson(response, status, toJson(body));
}

/** The status and body that tell of an error: those of the contract for a bad request, else the error's own status or 500, and its message. */
function failureOf(error: unknown): { status: number; body: unknown } {
  if (error instanceof RuntimeError) {
    const details = error.message;
    if (error.code === 'INVALID_JSON') return { status: 400, body: { error: 'Invalid JSON', details } };
    if (error.code === 'INVALID_ENCODING') return { status: 400, body: { error: 'Invalid encoding', details } };
    if (error.code === 'BODY_TOO_LARGE') return { status: 413, body: { error: 'Payload too large', details } };
    if (error.code === 'BODY_ABORTED') return { status: 400, body: { error: 'Incomplete request', details } };
  }
  const { status, detail } = ownStatus(error);
  return { status, body: { error: detail ?? describeError(error).message } };
}

function ownStatus(error: unknown): { status: number; detail?: unknown } {
  try {
    const { status, statusCode, detail } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
    if (isErrorStatus(status)) return { status, detail };
    if (isErrorStatus(statusCode)) return { status: statusCode, detail };
  } catch {
    // an error that cannot be read has no status either
  }
  return { status: 500 };
}
