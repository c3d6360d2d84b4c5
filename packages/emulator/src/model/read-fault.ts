import { ModelRequestError } from './model-request-error.ts';

/** The header that asks for a fault. */
export const FAULT_HEADER = 'x-model-fault';

export type Fault =
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  | { kind: 'hang' }
  | { kind: 'disconnect' }
  /** The connection breaks after so many events, or in the middle of a JSON body. */
  | { kind: 'cut'; events: number }
  /** JSON that ends too early, after so many good events. */
  | { kind: 'malformed'; events: number }
  | { kind: 'slow'; milliseconds: number };

const STATUSES = [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504];

/**
 * Reads the fault that a header or a model name (`fault-429:2`) asks for: a status with the seconds of Retry-After, `hang`,
 * `disconnect`, `cut:EVENTS`, `malformed:EVENTS` or `slow:MILLISECONDS`.
 */
export function readFault(header: string | string[] | undefined, model: string | undefined): Fault | undefined {
  const asked = typeof header === 'string' ? header.trim() : model?.startsWith('fault-') ? model.slice('fault-'.length) : undefined;
  if (asked === undefined) return undefined;
  const [, kind = '', digits] = /^([a-z]+|\d{3})(?::(\d{1,6}))?$/.exec(asked) ?? [];
  const number = digits === undefined ? undefined : Number(digits);
  if (STATUSES.includes(Number(kind))) {
    return { kind: 'status', status: Number(kind), ...(number === undefined ? {} : { retryAfterSeconds: number }) };
  }
  if (kind === 'hang' || kind === 'disconnect') return { kind };
  if (kind === 'cut' || kind === 'malformed') return { kind, events: number ?? 3 };
  if (kind === 'slow') return { kind, milliseconds: number ?? 100 };
  throw new ModelRequestError(
    400,
    `Unknown fault '${asked.slice(0, 40)}'. Ask for one of ${STATUSES.join(', ')} (with :SECONDS for Retry-After), hang, disconnect, cut:EVENTS, malformed:EVENTS or slow:MILLISECONDS.`,
    { code: 'unknown_fault', param: typeof header === 'string' ? FAULT_HEADER : 'model' },
  );
}

const CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  429: 'rate_limit_exceeded',
  404: 'model_not_found',
  500: 'server_error',
  503: 'server_error',
};

export function faultError({ status }: Extract<Fault, { kind: 'status' }>): ModelRequestError {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const message =
    status === 429
      ? 'Rate limit reached: this was asked for as a fault. Please try again later.'
      : `Status ${status}: this was asked for as a fault.`;
  return new ModelRequestError(status, message, { code: CODES[status] ?? null, type });
}
