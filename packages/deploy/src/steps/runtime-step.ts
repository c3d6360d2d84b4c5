import { randomUUID } from 'node:crypto';
import type { AgentRuntimeArtifact } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import { deleteLogGroups, findLogGroups } from '../aws/log-groups.ts';
import { deleteRuntime } from './delete-runtime.ts';
import type { FoundRuntime } from './find-runtime.ts';
import { findRuntime, idOf } from './find-runtime.ts';
import { destroyRuntime } from './destroy-runtime.ts';
import { assertOurs, formerTags, missingTags, tagsOf } from './ownership.ts';
import { retryFreshRole } from './retry-fresh-role.ts';
import type { RoleStep } from './role-step.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import { configOf, desiredConfig, differences } from './runtime-config.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';
import { waitUntilReady, waitUntilSettled } from './wait-runtime.ts';

export interface RuntimeStep extends Step {
  /** The runtime as it is at the end: READY. */
  result(): Promise<FoundRuntime['runtime']>;
}

/** The runtime itself. Written only when something is different; each write is a new version. */
export function runtimeStep(run: Run, artifact: () => Promise<AgentRuntimeArtifact>, role: RoleStep): RuntimeStep {
  const { call, definition } = run;
  const existing = memo(async () => {
    const found = await findRuntime(run);
    if (found) run.runtime.before = idOf(found.runtime);
    return found;
  });
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
        if (!made) return;
        await deleteRuntime(again, made);
        // The service makes one for the runtime itself, before anything is printed.
        await deleteLogGroups(again, (await findLogGroups(again, made)).names);
      },
    };
    const request = { agentRuntimeName: definition.name, ...config, tags: tagsOf(run), clientToken: randomUUID() };
    // Where the answer was lost the request is sent again: by its token the service knows whether it was the one that made the runtime.
    run.runtime.isMade = async (again, found) =>
      id === '' ? await isAnswered(control.createAgentRuntime(request, again.call)) : idOf(found) === `${id}@1`;
    const created = await retryFreshRole(run, await roleCreated(), 'creating the runtime', () =>
      undoable(run, undo, () => control.createAgentRuntime(request, call)),
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
    let version: string | undefined;
    // Where the answer was lost, what is there tells: it is as before, as wanted, or somebody else's.
    run.runtime.isMade = async (_again, found) =>
      found.agentRuntimeVersion === current.agentRuntimeVersion ||
      (version === undefined ? differences(configOf(found), config).length === 0 : found.agentRuntimeVersion === version);
    const updated = await retryFreshRole(run, await roleCreated(), 'updating the runtime', () =>
      undoable(run, undo, () => control.updateAgentRuntime({ agentRuntimeId: id, ...config }, call)),
    ).catch(refuseConflict);
    version = updated.agentRuntimeVersion;
    // The service has no "only if it is as I saw it": what came between is seen when it has happened.
    if (Number(version) > Number(current.agentRuntimeVersion) + 1)
      run.emit({
        type: 'warning',
        step: 'runtime',
        resource: id,
        detail: `version ${version} replaced one that another deployment made at the same moment: what that one changed is undone, deploy it again`,
      });
    deployed = await waitUntilReady(run, id, updated.agentRuntimeVersion ?? '');
  }

  async function tag(resourceArn: string, present: Readonly<Record<string, string>>): Promise<void> {
    const control = await run.clients.control();
    const tags = missingTags(run, present);
    if (Object.keys(tags).length === 0) return;
    const { before, added } = formerTags(tags, present);
    const undo = {
      resource: `tags of ${resourceArn}`,
      step: 'runtime' as const,
      back: async (again: Run): Promise<void> => {
        if (added.length > 0) await control.untagResource({ resourceArn, tagKeys: added }, again.call);
        if (Object.keys(before).length > 0) await control.tagResource({ resourceArn, tags: before }, again.call);
      },
    };
    await undoable(run, undo, () => control.tagResource({ resourceArn, tags }, call));
  }

  function refuseConflict(error: unknown): never {
    throw isAwsError(error, 'ConflictException') ? conflict(error) : error;
  }

  function conflict(cause?: unknown): DeployError {
    return new DeployError(
      'CONFLICT',
      `Another deployment of ${definition.name} is under way in this account and region, or was a moment ago. Wait for it, then run this again.`,
      { cause },
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
      assertOurs(run, 'runtime', `The runtime ${definition.name}`, tags, runtime.createdAt);
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
      // As it is now, not as it was when this was planned: an update replaces everything.
      const settled = await waitUntilSettled(run, id);
      if (settled !== 'gone' && isBeyondRepair(settled.status)) await deleteRuntime(run, id);
      if (settled === 'gone' || isBeyondRepair(settled.status)) return create();
      // What somebody else's deployment just did may be all that was wanted.
      const asWanted = settled.status === 'READY' && differences(configOf(settled), await desired(settled)).length === 0;
      if (!asWanted && idOf(settled) !== idOf(found.runtime)) throw conflict();
      await tag(settled.agentRuntimeArn, found.tags);
      if (asWanted) deployed = await waitUntilReady(run, id, settled.agentRuntimeVersion);
      else await update(settled);
      return settled.agentRuntimeArn;
    },
    destroy: ({ dryRun }) => destroyRuntime(run, dryRun),
  };
}

async function isAnswered(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConflictException')) return false;
    throw error;
  }
}

/** An update is refused in these states: only deleting helps. */
function isBeyondRepair(status: string | undefined): boolean {
  return status === 'CREATE_FAILED' || status === 'DELETE_FAILED';
}
