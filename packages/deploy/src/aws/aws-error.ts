import { ThrownByCaller } from '../agent/thrown-by-caller.ts';
import { DeployError } from '../errors.ts';

/** Whether an SDK call failed with one of these error names. */
export function isAwsError(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/**
 * Turns whatever a call threw into this package's error, and keeps it as the cause.
 * @throws what a function of the caller's threw, as it is: that is not for this package to word.
 */
export function asDeployError(error: unknown, doing: string): DeployError {
  if (error instanceof ThrownByCaller) throw error.cause;
  if (error instanceof DeployError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (name === 'AbortError') return new DeployError('ABORTED', `Stopped while ${doing}.`, { cause: error });
  if (name === 'CredentialsProviderError') {
    return new DeployError(
      'NO_CREDENTIALS',
      `No AWS credentials were found while ${doing}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with AWS_PROFILE.`,
      { cause: error },
    );
  }
  return new DeployError('AWS', `Failed while ${doing}: ${name}: ${wordsOf(error, message)}`, { cause: error, type: name });
}

/** Agents with a JWT authorizer refuse with a JSON-RPC error, from which the SDK takes no message. */
function wordsOf(error: unknown, message: string): string {
  const { error: inBody } = (error ?? {}) as { error?: { message?: unknown } };
  if (typeof inBody?.message === 'string') return inBody.message;
  return message || reasonOf(error);
}

/** Connection failures arrive as an AggregateError without a message, its reason in `code`. */
function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no message';
}
