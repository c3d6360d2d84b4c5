import type { ServerResponse } from 'node:http';
import { isErrorStatus, RuntimeError } from './errors.ts';
import type { Logger } from './logger.ts';
import { toJson } from './serialize.ts';
import { sendJson } from './write.ts';

/** Answers a failure. Where the answer has begun already, the connection is cut: there is no other way left to say that it is not whole. */
export function fail(response: ServerResponse, error: unknown, log: Logger): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    log.error('The answer failed after it had begun.', { error: asError(error) });
    response.destroy();
    return;
  }
  const { status, body } = failureOf(error);
  if (status >= 500) log.error('Invocation failed', { status, error: asError(error) });
  else log.warn('Invocation refused', { status, reason: error instanceof RuntimeError ? error.code : asError(error).message });
  // What is left of a body that nobody will read must not be taken for the next request.
  if (error instanceof RuntimeError && error.code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close');
  sendJson(response, status, toJson(body));
}

/** The status and body that tell of an error: those of the contract for a bad request, else the error's own status or 500, and its message. */
export function failureOf(error: unknown): { status: number; body: unknown } {
  if (error instanceof RuntimeError) {
    const details = error.message;
    if (error.code === 'INVALID_JSON') return { status: 400, body: { error: 'Invalid JSON', details } };
    if (error.code === 'INVALID_ENCODING') return { status: 400, body: { error: 'Invalid encoding', details } };
    if (error.code === 'BODY_TOO_LARGE') return { status: 413, body: { error: 'Payload too large', details } };
    if (error.code === 'BODY_ABORTED') return { status: 400, body: { error: 'Incomplete request', details } };
  }
  const { status, statusCode, detail } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const own = isErrorStatus(status) ? status : isErrorStatus(statusCode) ? statusCode : 500;
  return { status: own, body: { error: own !== 500 && detail !== undefined ? detail : asError(error).message } };
}

/** What was thrown, as an Error: anything can be thrown. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
