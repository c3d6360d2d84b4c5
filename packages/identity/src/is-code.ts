import { IdentityError, type IdentityErrorCode } from './errors.ts';

/** Whether `error` is an IdentityError of that code. */
export function isCode(error: unknown, code: IdentityErrorCode): error is IdentityError {
  return error instanceof IdentityError && error.code === code;
}
