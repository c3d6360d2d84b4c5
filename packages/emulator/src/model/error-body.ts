import type { ModelSurface } from './find-route.ts';
import type { ModelRequestError } from './model-request-error.ts';

/** The body of an error. Azure's own refusals, marked by a code that its surface alone has, carry code and message only. */
export function errorBody({ status, message, type, param, code }: ModelRequestError, surface: ModelSurface): object {
  if (surface !== 'openai' && (status === 401 || status === 404) && code !== null && param === null) return { error: { code, message } };
  return { error: { message, type, param, code } };
}
