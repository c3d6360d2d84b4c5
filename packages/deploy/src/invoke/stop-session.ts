import { asDeployError, isAwsError } from '../aws/aws-error.ts';
import { assertSessionId } from './header-value.ts';
import type { InvokeTarget } from './invoke.ts';

/**
 * Ends a session. One that has ended already is fine.
 * @throws {DeployError} `AWS`, `ABORTED`, `INVALID_CONFIG` for what is no id of a session.
 */
export async function stopRuntimeSession(
  { clients, agentRuntimeArn }: InvokeTarget,
  runtimeSessionId: string,
  { qualifier = 'DEFAULT', signal }: { qualifier?: string; signal?: AbortSignal } = {},
): Promise<void> {
  assertSessionId(runtimeSessionId);
  try {
    await (
      await clients.data()
    ).stopRuntimeSession({ agentRuntimeArn, runtimeSessionId, qualifier }, signal ? { abortSignal: signal } : {});
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return;
    throw asDeployError(error, `stopping the session ${runtimeSessionId}`);
  }
}
