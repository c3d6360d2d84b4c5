/** What can go wrong in this package itself. Codes are stable; messages may change. */
export type RuntimeErrorCode =
  | 'INVALID_OPTIONS'
  | 'ALREADY_LISTENING'
  | 'LISTEN_FAILED'
  | 'NOT_ASYNC'
  | 'INVALID_EVENT'
  | 'HTTP'
  | 'BODY_TOO_LARGE'
  | 'INVALID_ENCODING'
  | 'INVALID_JSON'
  | 'BODY_ABORTED'
  | 'MISSING_DEPENDENCY';

/** The error class of this package. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Throw it in a handler to choose the status of the answer, which is then `{"error": detail}`.
 *
 * @param status an HTTP status from 400 to 599
 * @param detail what the caller may know: any value that JSON can hold
 * @throws RuntimeError `INVALID_OPTIONS` for any other status: an answer that is not an error is returned, not thrown
 */
export class HttpError extends RuntimeError {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly detail: unknown;

  constructor(status: number, detail: unknown, options?: ErrorOptions) {
    super('HTTP', typeof detail === 'string' ? detail : `HTTP ${status}`, options);
    if (!isErrorStatus(status)) throw new RuntimeError('INVALID_OPTIONS', `HttpError takes a status from 400 to 599, not ${status}.`);
    this.status = status;
    this.detail = detail;
  }
}

/** Whether a value is a status that an error may carry. */
export function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}
