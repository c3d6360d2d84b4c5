import { AwsError } from '../../../gateway/aws-error.ts';
import { SessionError } from '../../../sessions/session-error.ts';
import type { SessionResponse } from '../../../sessions/types.ts';

/** An agent that answers an error is the caller's own fault, in the eyes of the service: 424. */
export function agentError(answer: SessionResponse): AwsError {
  // Read to the end, so that the connection to the agent can be used again. What it says is in its log, not in ours.
  answer.body.resume();
  return new AwsError(
    'RuntimeClientError',
    424,
    `Received error (${answer.status}) from runtime. Please check your CloudWatch logs for more information.`,
  );
}

/** Most of what goes wrong with a session is the agent's doing; some of it is this machine's. */
export function clientError(error: SessionError): AwsError {
  if (error.code === 'TOO_MANY_SESSIONS') return new AwsError('ThrottlingException', 429, error.message, { cause: error });
  const ours = error.code === 'CACHE_UNWRITABLE' || error.code === 'ISOLATION_UNAVAILABLE' || error.code === 'HOST_CLOSED';
  if (ours) return new AwsError('InternalServerException', 500, error.message, { cause: error });
  return new AwsError('RuntimeClientError', 424, error.message, { cause: error });
}

export function rethrowSessionError(error: unknown): never {
  throw error instanceof SessionError ? clientError(error) : error;
}
