import { AwsError } from '../../../gateway/aws-error.ts';
import { SessionError } from '../../../sessions/session-error.ts';
import type { SessionResponse } from '../../../sessions/types.ts';

/** How long an agent may take to start: from an image, or from a zip. */
const START_SECONDS = { image: 120, zip: 30 };

/** As what an agent's version was deployed. */
export type ArtifactKind = keyof typeof START_SECONDS;

/**
 * An agent that answers an error is the caller's own fault, in the eyes of the service: 424. Five reports: one that fails in a new session counts as not
 * started. The platform tries again until the time is over; here the first failure is the answer.
 */
export function agentError(answer: SessionResponse, { isNew, kind }: { isNew: boolean; kind: ArtifactKind }): AwsError {
  // Read to the end, so that the connection to the agent can be used again. What it says is in its log, not in ours.
  answer.body.resume();
  if (isNew && answer.status >= 500) return notStarted(kind);
  return new AwsError(
    'RuntimeClientError',
    424,
    `Received error (${answer.status}) from runtime. Please check your CloudWatch logs for more information.`,
  );
}

/** Most of what goes wrong with a session is the agent's doing; some of it is this machine's. */
export function clientError(error: SessionError, kind: ArtifactKind): AwsError {
  if (error.code === 'TOO_MANY_SESSIONS') return new AwsError('ThrottlingException', 429, error.message, { cause: error });
  const ours = error.code === 'CACHE_UNWRITABLE' || error.code === 'ISOLATION_UNAVAILABLE' || error.code === 'HOST_CLOSED';
  if (ours) return new AwsError('InternalServerException', 500, error.message, { cause: error });
  if (error.code === 'START_FAILED' || error.code === 'START_TIMEOUT') return notStarted(kind, error);
  return new AwsError('RuntimeClientError', 424, error.message, { cause: error });
}

function notStarted(kind: ArtifactKind, cause?: SessionError): AwsError {
  return new AwsError(
    'RuntimeClientError',
    424,
    `Runtime initialization time exceeded. Please make sure that initialization completes in ${START_SECONDS[kind]}s.`,
    { cause },
  );
}

export function rethrowSessionError(kind: ArtifactKind): (error: unknown) => never {
  return (error) => {
    throw error instanceof SessionError ? clientError(error, kind) : error;
  };
}
