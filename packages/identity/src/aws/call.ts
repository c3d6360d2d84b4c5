import { aborted, throwIfAborted } from '../abort.ts';
import { IdentityError } from '../errors.ts';
import { toIdentityError, type CallSubject } from './to-identity-error.ts';

/** What every call takes beside its input. */
export interface CallOptions {
  /** Ends the call, waiting and polling included, with an `ABORTED` error. */
  signal?: AbortSignal;
}

/**
 * Makes one AWS call and turns what it throws into an IdentityError.
 *
 * @param subject - what is called on what, for the message; with the secrets of the input, which the message must not repeat
 */
export async function call<T>(
  subject: CallSubject,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  try {
    return await send(signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    if (signal?.aborted) throw aborted(signal);
    throw error instanceof IdentityError ? error : toIdentityError(error, subject);
  }
}
