import type { GetAgentRuntimeCommandInput, GetAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { runtimeArn, workloadIdentityArn } from '../arns.ts';
import { readEnvironment, requireRuntime, requireVersion } from '../runtime-items.ts';

export const getAgentRuntime = defineOperation<GetAgentRuntimeCommandInput, GetAgentRuntimeCommandOutput>({
  authorize: (input, scope) => [{ resources: [runtimeArn(scope, input.agentRuntimeId!)] }],
  handle({ agentRuntimeId, agentRuntimeVersion }, context) {
    const { store } = context.emulator;
    const runtime = requireRuntime(store, context, agentRuntimeId!);
    const version = requireVersion(
      store,
      context,
      runtime.runtimeId,
      agentRuntimeVersion === undefined ? runtime.latestVersion : Number(agentRuntimeVersion),
    );
    const { roleArn, lifecycleConfiguration, networkConfiguration, metadataConfiguration, ...configuration } = version.configuration;
    const environmentVariables = readEnvironment(store, version, runtime.runtimeId);
    return {
      ...configuration,
      agentRuntimeArn: runtimeArn(context, runtime.runtimeId),
      agentRuntimeName: runtime.name,
      agentRuntimeId: runtime.runtimeId,
      agentRuntimeVersion: String(version.version),
      // Recorded: asked for a version, it answers when that one was created.
      createdAt: new Date(agentRuntimeVersion === undefined ? runtime.createdAt : version.createdAt),
      lastUpdatedAt: new Date(version.lastUpdatedAt),
      roleArn,
      networkConfiguration,
      lifecycleConfiguration,
      ...(Object.keys(environmentVariables).length > 0 ? { environmentVariables } : {}),
      metadataConfiguration: { requireMMDSV2: true, ...metadataConfiguration },
      status: runtime.deleting ? ('DELETING' as const) : version.status,
      failureReason: version.failureReason,
      workloadIdentityDetails: { workloadIdentityArn: workloadIdentityArn(context, runtime.workloadIdentityName) },
    };
  },
});
