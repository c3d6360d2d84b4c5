import type { AgentRuntimeArtifact } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import { deleteRuntime } from './delete-runtime.ts';
import type { FoundRuntime } from './find-runtime.ts';
import { findRuntime } from './find-runtime.ts';
import { destroyRuntime } from './destroy-runtime.ts';
import { assertOurs, missingTags, tagsOf } from './ownership.ts';
import { retryFreshRole } from './retry-fresh-role.ts';
import type { RoleStep } from './role-step.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import { configOf, desiredConfig, differences } from './runtime-config.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';
import { isMoving, waitUntilReady, waitUntilSettled } from './wait-runtime.ts';

export interface RuntimeStep extends Step {
  /** The runtime as it is at the end: READY. */
  result(): Promise<FoundRuntime['runtime']>;
}

/** The runtime itself. Written only when something is different; each write is a new version. */
export function runtimeStep(run: Run, artifact: () => Promise<AgentRuntimeArtifact>, role: RoleStep): RuntimeStep {
  const { call, definition } = run;
  const existing = memo(() => findRuntime(run));
  let deployed: FoundRuntime['runtime'] | undefined;

  const desired = async (current?: FoundRuntime['runtime']): Promise<RuntimeConfig> =>
    desiredConfig(definition, await artifact(), run.roleArn, current);
  const roleCreated = async (): Promise<Date | undefined> => (await role.existing())?.role.CreateDate;

  async function create(): Promise<string> {
    const control = await run.clients.control();
    const config = await desired();
    let id = '';
    const undo = {
      resource: definition.name,
      step: 'runtime' as const,
      back: async (again: Run): Promise<void> => {
        const made = id || (await findRuntime(again))?.runtime.agentRuntimeId;
        if (made) await deleteRuntime(again, made);
      },
    };
    const created = await retryFreshRole(run, await roleCreated(), 'creating the runtime', () =>
      undoable(run, undo, () => control.createAgentRuntime({ agentRuntimeName: definition.name, ...config, tags: tagsOf(run) }, call)),
    ).catch(refuseConflict);
    const { agentRuntimeVersion: version = '1' } = created;
    id = created.agentRuntimeId ?? '';
    deployed = await waitUntilReady(run, id, version);
    return deployed.agentRuntimeArn;
  }

  async function update(current: FoundRuntime['runtime']): Promise<void> {
    const control = await run.clients.control();
    const { agentRuntimeId: id } = current;
    const config = await desired(current);
    if (current.agentRuntimeArtifact?.codeConfiguration && !config.agentRuntimeArtifact?.codeConfiguration)
      run.emit({
        type: 'warning',
        step: 'runtime',
        resource: id,
        detail: `the bucket ${run.bucketName} holds the code of earlier versions; destroy() deletes it`,
      });
    const undo = {
      resource: id,
      step: 'runtime' as const,
      back: async (again: Run): Promise<void> => {
        const settled = await waitUntilSettled(again, id);
        if (settled === 'gone' || (settled.status === 'READY' && settled.agentRuntimeVersion === current.agentRuntimeVersion)) return;
        const { agentRuntimeVersion = '' } = await control.updateAgentRuntime({ agentRuntimeId: id, ...configOf(current) }, again.call);
        await waitUntilReady(again, id, agentRuntimeVersion);
      },
    };
    const updated = await retryFreshRole(run, await roleCreated(), 'updating the runtime', () =>
      undoable(run, undo, () => control.updateAgentRuntime({ agentRuntimeId: id, ...config }, call)),
    ).catch(refuseConflict);
    deployed = await waitUntilReady(run, id, updated.agentRuntimeVersion ?? '');
  }

  function refuseConflict(error: unknown): never {
    if (!isAwsError(error, 'ConflictException')) throw error;
    throw new DeployError(
      'CONFLICT',
      `Another deployment of ${definition.name} is under way in this account and region. Wait for it, then run this again.`,
      { cause: error },
    );
  }

  return {
    name: 'runtime',
    needs: ['push', 'upload', 'role', 'policies'],
    async result() {
      const found = deployed ?? (await existing())?.runtime;
      if (found === undefined) throw new DeployError('NOT_DEPLOYED', `There is no runtime ${definition.name}.`);
      return found;
    },
    async plan() {
      const found = await existing();
      if (found === undefined) return { step: 'runtime', action: 'create', resource: definition.name, detail: 'it does not exist' };
      const { runtime, tags } = found;
      assertOurs(run, 'runtime', `The runtime ${definition.name}`, tags);
      const changed = [
        ...differences(configOf(runtime), await desired(runtime)),
        ...Object.keys(missingTags(run, tags)).map((key) => `tag ${key}`),
      ];
      const resource = runtime.agentRuntimeArn;
      if (isBeyondRepair(runtime.status))
        return {
          step: 'runtime',
          action: 'replace',
          resource,
          detail: `${runtime.status}: ${runtime.failureReason ?? ''}`,
          differences: changed,
        };
      if (runtime.status !== 'READY')
        return { step: 'runtime', action: 'update', resource, detail: `it is ${runtime.status}`, differences: changed };
      return {
        step: 'runtime',
        action: changed.length > 0 ? 'update' : 'none',
        resource,
        detail: changed.join(', ') || `version ${runtime.agentRuntimeVersion}`,
        differences: changed,
      };
    },
    async apply() {
      const found = await existing();
      if (found === undefined) return create();
      const id = found.runtime.agentRuntimeId;
      const settled = isMoving(found.runtime.status) ? await waitUntilSettled(run, id) : found.runtime;
      if (settled !== 'gone' && isBeyondRepair(settled.status)) await deleteRuntime(run, id);
      if (settled === 'gone' || isBeyondRepair(settled.status)) return create();
      const tags = missingTags(run, found.tags);
      if (Object.keys(tags).length > 0)
        await (await run.clients.control()).tagResource({ resourceArn: settled.agentRuntimeArn, tags }, call);
      // What somebody else's deployment just did may be all that was wanted.
      if (settled.status === 'READY' && differences(configOf(settled), await desired(settled)).length === 0)
        deployed = await waitUntilReady(run, id, settled.agentRuntimeVersion);
      else await update(settled);
      return settled.agentRuntimeArn;
    },
    destroy: ({ dryRun }) => destroyRuntime(run, dryRun),
  };
}

/** An update is refused in these states: only deleting helps. */
function isBeyondRepair(status: string | undefined): boolean {
  return status === 'CREATE_FAILED' || status === 'DELETE_FAILED';
}
