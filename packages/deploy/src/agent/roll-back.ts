import { asDeployError, isAwsError } from '../aws/aws-error.ts';
import type { Clients } from '../aws/connect.ts';
import { DeployError } from '../errors.ts';
import type { AgentDefinition } from './definition.ts';
import type { OnEvent } from './events.ts';
import type { Run } from './run.ts';
import { withRun } from './run.ts';

/** Long enough for a runtime to be deleted. The deployment's own signal has ended by now, so it gets one of its own. */
const rollBackMs = 180_000;

/**
 * Takes back what a run did, the last first. What cannot be taken back does not hide why the deployment failed: it is
 * named in the error that is thrown in its place.
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
  await withRun(definition, clients, { timeoutMs: rollBackMs, ...(onEvent ? { onEvent } : {}) }, async (run) => {
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
  if (left.length === 0) return;
  const { message, code, type } = asDeployError(reason, `deploying ${definition.name}`);
  throw new DeployError(code, `${message} Rolling back left ${left.join(', ')}.`, { cause: reason, ...(type ? { type } : {}) });
}
