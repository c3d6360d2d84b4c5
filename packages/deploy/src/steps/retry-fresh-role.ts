import type { Run } from '../agent/run.ts';
import { poll } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';

/** IAM is eventually consistent: a role or a policy takes up to some ten seconds to be seen by other services. */
const spreadingMs = 60_000;

/** The service's words for it. Not simply "assume": the ARN of nearly every caller has "assumed-role" in it. */
const causes = /role validation failed|(?:cannot|unable to|not able to|failed to) (?:be )?assume|access denied while validating ecr uri/i;

/**
 * Repeats a call that the service refuses because it does not see the role, or what it may do, yet. Only when this is to
 * be expected: the role was written in this run or less than a minute ago. An old role that cannot be used is a mistake,
 * and is reported at once.
 */
export async function retryFreshRole<T>(run: Run, roleCreated: Date | undefined, what: string, send: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const fresh = run.roleWritten || (roleCreated !== undefined && started - roleCreated.getTime() < spreadingMs);
  return poll(run, what, async () => {
    try {
      const answer = await send();
      run.refusal = undefined;
      return answer;
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      if (!fresh || !isAwsError(error, 'ValidationException') || !causes.test(message)) throw error;
      if (Date.now() - started > spreadingMs) {
        throw new DeployError('AWS', `The role ${run.roleArn} cannot be used after ${spreadingMs / 1000} s: ${message}`, {
          cause: error,
          ...(error instanceof Error ? { type: error.name } : {}),
        });
      }
      run.refusal = `${(error as Error).name}: ${message}`;
      run.emit({ type: 'retrying', step: 'runtime', resource: run.roleArn, detail: 'the service does not see the new role yet' });
      return undefined;
    }
  });
}
