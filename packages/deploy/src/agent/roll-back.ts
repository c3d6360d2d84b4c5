import { asDeployError, isAwsError } from '../aws/aws-error.ts';
import type { Clients } from '../aws/connect.ts';
import { DeployError } from '../errors.ts';
import { findRuntime, idOf } from '../steps/find-runtime.ts';
import { isMoving } from '../steps/wait-runtime.ts';
import type { AgentDefinition } from './definition.ts';
import type { OnEvent } from './events.ts';
import type { Run } from './run.ts';
import { withRun } from './run.ts';

/** Long enough for a runtime to be deleted. The deployment's own signal has ended by now, so it gets one of its own. */
const rollBackMs = 180_000;

/**
 * Takes back what a run did, the last first. What cannot be taken back does not hide why the deployment failed: it is
 * named in the error that is thrown in its place. Where another deployment of the agent was faster nothing is taken back:
 * it uses the same role, and the same repository or bucket.
 */
export async function rollBack(
  definition: AgentDefinition,
  clients: Clients,
  failed: Run,
  reason: unknown,
  onEvent?: OnEvent,
): Promise<void> {
  if (failed.undo.length === 0) return;
  const left: string[] = [];
  let used = false;
  await withRun(definition, clients, { timeoutMs: rollBackMs, ...(onEvent ? { onEvent } : {}) }, async (run) => {
    used = await isUsedByAnother(run, failed, reason);
    if (used) return;
    for (const { resource, step, back } of failed.undo.toReversed()) {
      try {
        await back(run).catch((error: unknown) => {
          // It was not carried out after all.
          if (!isAwsError(error, 'ResourceNotFoundException', 'RepositoryNotFoundException', 'NoSuchEntityException', 'NoSuchEntity'))
            throw error;
        });
        run.emit({ type: 'undone', step, resource });
      } catch (error) {
        left.push(`${resource} (${asDeployError(error, 'undoing').message})`);
      }
    }
  });
  if (left.length === 0 && !used) return;
  const { message, code, type } = asDeployError(reason, `deploying ${definition.name}`);
  const outcome = used
    ? 'Nothing was rolled back: another deployment of this agent uses the same resources.'
    : `Rolling back left ${left.join(', ')}.`;
  throw new DeployError(code, `${message} ${outcome}`, { cause: reason, ...(type ? { type } : {}) });
}

/** Whether the runtime is not what this run found, or made of it. */
async function isUsedByAnother(run: Run, { runtime: { before, isMade }, undo }: Run, reason: unknown): Promise<boolean> {
  if (reason instanceof DeployError && reason.code === 'CONFLICT') return true;
  const found = await findRuntime(run);
  if (found === undefined) return false;
  if (isMade && undo.some(({ step }) => step === 'runtime')) return !(await isMade(run, found.runtime));
  return idOf(found.runtime) !== before || isMoving(found.runtime.status);
}
