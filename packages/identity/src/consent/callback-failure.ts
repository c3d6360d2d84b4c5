import { IdentityError } from '../errors.ts';
import type { CallbackResult } from './callback-page.ts';

/** What the user sees, and what the caller that waits for the browser gets. */
export interface CallbackFailure {
  result: CallbackResult;
  reason: unknown;
}

/** The failure of an answer that brings no session to bind. */
export function failureOf(answer: { kind: 'error'; error: string } | { kind: 'incomplete' }): CallbackFailure {
  if (answer.kind === 'incomplete')
    return {
      result: 'unknown',
      reason: new IdentityError('CALLBACK_FAILED', 'The browser came back without a session. Ask for consent again.'),
    };
  if (answer.error === 'access_denied')
    return { result: 'denied', reason: new IdentityError('AUTHORIZATION_FAILED', 'The user denied access. Ask for consent again.') };
  // Anyone with the link can write this parameter, and the message may reach a terminal.
  const error = /^\w{1,64}$/.test(answer.error) ? answer.error : 'an unknown error';
  return {
    result: 'vendorFailed',
    reason: new IdentityError('AUTHORIZATION_FAILED', `The vendor answered ${error} instead of a consent. Ask for consent again.`),
  };
}

/** The page for an error of CompleteResourceTokenAuth. */
export function resultOf(error: unknown): CallbackResult {
  if (!(error instanceof IdentityError)) return 'failed';
  if (error.code === 'AUTHORIZATION_FAILED') return 'notAccepted';
  if (error.code === 'UNAUTHORIZED') return 'otherUser';
  const { fieldList } = (error.cause ?? {}) as { fieldList?: { name?: string }[] };
  const isAboutSession = fieldList?.some(({ name }) => name === 'sessionUri') ?? false;
  return error.code === 'NOT_FOUND' || (error.code === 'INVALID_ARGUMENT' && isAboutSession) ? 'expired' : 'failed';
}
