import type { UpdateAgentRuntimeCommandInput, UpdateAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { runtimeArn, workloadIdentityArn } from '../arns.ts';
import { keepCode } from '../code/keep-code.ts';
import { conflict, notFound } from '../errors.ts';
import { requireAssumableRole } from '../execution-role.ts';
import {
  DEFAULT_ENDPOINT,
  endpointId,
  findEndpoint,
  findRuntime,
  requireRuntime,
  requireVersion,
  RUNTIME,
  RUNTIME_ENDPOINT,
  RUNTIME_VERSION,
  sealEnvironment,
  versionId,
  type VersionItem,
} from '../runtime-items.ts';
import { checkConfiguration, configurationKeys, pickConfiguration } from './check-configuration.ts';

/** Makes a new immutable version. What the request leaves out is not kept from the version before: the service works so. */
export const updateAgentRuntime = defineOperation<UpdateAgentRuntimeCommandInput, UpdateAgentRuntimeCommandOutput>({
  authorize: (input, scope) => [
    { resources: [runtimeArn(scope, input.agentRuntimeId!)], context: configurationKeys(input) },
    { action: 'iam:PassRole', resources: [input.roleArn!], context: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
  ],
  async handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const runtimeId = input.agentRuntimeId!;
    // Recorded: this operation has words of its own for a runtime that does not exist.
    if (!findRuntime(store, scope, runtimeId))
      throw notFound(`Agent '${runtimeId}' was not found. Please check the agent ID and try again.`);
    checkConfiguration(input);
    const role = requireAssumableRole(emulator, scope, input.roleArn!, runtimeArn(scope, runtimeId));
    const artifact = await emulator.sessions.checkArtifact(context, role, input.agentRuntimeArtifact!);

    const now = emulator.now().toISOString();
    const { runtime, version } = store.transaction(() => {
      const current = requireRuntime(store, scope, runtimeId);
      const { status } = requireVersion(store, scope, runtimeId, current.latestVersion);
      if (current.deleting || status === 'CREATING' || status === 'UPDATING') {
        throw conflict(
          `Agent runtime '${runtimeId}' is in status ${current.deleting ? 'DELETING' : status}: it can be updated when it is READY.`,
        );
      }
      const next: VersionItem = {
        version: current.latestVersion + 1,
        createdAt: now,
        lastUpdatedAt: now,
        status: 'UPDATING',
        configuration: pickConfiguration(input),
        ...artifact,
        ...sealEnvironment(store, input.environmentVariables, runtimeId),
      };
      store.items.put(RUNTIME, scope, runtimeId, { ...current, latestVersion: next.version });
      keepCode(emulator, scope, runtimeId, next);
      store.items.put(RUNTIME_VERSION, scope, versionId(runtimeId, next.version), next);
      const endpoint = findEndpoint(store, scope, runtimeId, DEFAULT_ENDPOINT);
      if (endpoint)
        store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, DEFAULT_ENDPOINT), {
          ...endpoint,
          status: 'UPDATING',
          targetVersion: next.version,
          lastUpdatedAt: now,
        });
      return { runtime: current, version: next };
    });
    emulator.sessions.bringUp(scope, runtimeId, version.version);
    return {
      agentRuntimeArn: runtimeArn(scope, runtimeId),
      agentRuntimeId: runtimeId,
      agentRuntimeVersion: String(version.version),
      createdAt: new Date(runtime.createdAt),
      lastUpdatedAt: new Date(now),
      status: 'UPDATING' as const,
      workloadIdentityDetails: { workloadIdentityArn: workloadIdentityArn(scope, runtime.workloadIdentityName) },
    };
  },
});
