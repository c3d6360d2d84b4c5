import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { deleteLogGroups, findLogGroups, isMarked, logGroupPrefix, markLogGroups } from '../aws/log-groups.ts';
import { deleteRuntime } from './delete-runtime.ts';
import { findRuntime } from './find-runtime.ts';
import { isOurs, notOurs } from './ownership.ts';
import type { Kept, Removal } from './step.ts';

/** Deletes the runtime and what it printed, and says what the service keeps. */
export async function destroyRuntime(run: Run, dryRun: boolean): Promise<Removal> {
  const found = await findRuntime(run);
  if (found === undefined) return destroyLogs(run, undefined, dryRun);
  const { agentRuntimeArn, agentRuntimeId, workloadIdentityDetails } = found.runtime;
  if (!isOurs(run, 'runtime', found.tags, found.runtime.createdAt) && !run.definition.adopt)
    return { deleted: [], kept: [{ id: agentRuntimeArn, why: notOurs }] };
  if (!dryRun) {
    // Should this end in the middle, the next one knows that these are not somebody else's.
    await markLogGroups(run, (await findLogGroups(run, agentRuntimeId)).names);
    await deleteRuntime(run, agentRuntimeId);
  }
  // After the runtime: what its last sessions print would make the groups again.
  const logs = await destroyLogs(run, agentRuntimeId, dryRun);
  return {
    deleted: [agentRuntimeArn, ...logs.deleted],
    kept: [...(dryRun ? [] : await leftByTheService(run, workloadIdentityDetails?.workloadIdentityArn)), ...logs.kept],
  };
}

/** What all runtimes of this name printed: of this one, and of those before it as far as it is known that they were this agent's. */
async function destroyLogs(run: Run, agentRuntimeId: string | undefined, dryRun: boolean): Promise<Removal> {
  const { names, unknown } = await findLogGroups(run);
  const own = agentRuntimeId === undefined ? undefined : `${logGroupPrefix}${agentRuntimeId}-`;
  const deleted: string[] = [];
  const kept: Kept[] = [];
  for (const name of names) {
    if ((own !== undefined && name.startsWith(own)) || (await isMarked(run, name))) deleted.push(name);
    else kept.push({ id: name, why: 'the runtime that wrote these logs is gone: whose it was cannot be told any more' });
  }
  if (!dryRun) await deleteLogGroups(run, deleted);
  return { deleted, kept: [...kept, ...unlisted(run, unknown)] };
}

function unlisted({ definition }: Run, why: string | undefined): Kept[] {
  return why === undefined ? [] : [{ id: `${logGroupPrefix}${definition.name}-*`, why }];
}

/** The service makes a workload identity for each runtime, which callers cannot delete: say so when it is still there. */
async function leftByTheService(run: Run, arn: string | undefined): Promise<Kept[]> {
  if (arn === undefined) return [];
  const control = await run.clients.control();
  try {
    await control.getWorkloadIdentity({ name: arn.slice(arn.lastIndexOf('/') + 1) }, run.call);
    return [{ id: arn, why: 'it belongs to the service, which removes it by itself' }];
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return [];
    if (isAwsError(error, 'AccessDeniedException'))
      return [{ id: arn, why: 'it belongs to the service; these credentials may not see whether it is gone' }];
    throw error;
  }
}
