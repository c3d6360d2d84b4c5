import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { deleteLogGroups, findLogGroups, logGroupPrefix } from '../aws/log-groups.ts';
import { deleteRuntime } from './delete-runtime.ts';
import { findRuntime } from './find-runtime.ts';
import { isOurs, notOurs } from './ownership.ts';
import type { Kept, Removal } from './step.ts';

/** Deletes the runtime and what it printed, and says what the service keeps. */
export async function destroyRuntime(run: Run, dryRun: boolean): Promise<Removal> {
  const found = await findRuntime(run);
  if (found === undefined) {
    // Logs of a runtime that is gone: whose they are cannot be told any more, so they are named and left.
    const { names, unknown } = await findLogGroups(run);
    return {
      deleted: [],
      kept: [...names.map((id) => ({ id, why: 'the runtime that wrote these logs is gone' })), ...unlisted(run, unknown)],
    };
  }
  const { agentRuntimeArn, agentRuntimeId, workloadIdentityDetails } = found.runtime;
  if (!isOurs(run, 'runtime', found.tags) && !run.definition.adopt) return { deleted: [], kept: [{ id: agentRuntimeArn, why: notOurs }] };
  if (dryRun) {
    const { names, unknown } = await findLogGroups(run, agentRuntimeId);
    return { deleted: [agentRuntimeArn, ...names], kept: unlisted(run, unknown) };
  }
  await deleteRuntime(run, agentRuntimeId);
  // After the runtime: what its last sessions print would make the groups again.
  const { names, unknown } = await findLogGroups(run, agentRuntimeId);
  await deleteLogGroups(run, names);
  return {
    deleted: [agentRuntimeArn, ...names],
    kept: [...(await leftByTheService(run, workloadIdentityDetails?.workloadIdentityArn)), ...unlisted(run, unknown)],
  };
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
