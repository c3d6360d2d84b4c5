import type { CreateAgentRuntimeCommandInput, CreateAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { runtimeArn, workloadIdentityArn } from '../arns.ts';
import { keepCode } from '../code/keep-code.ts';
import { conflict } from '../errors.ts';
import { requireAssumableRole } from '../execution-role.ts';
import {
  DEFAULT_ENDPOINT,
  endpointId,
  findRuntimeByName,
  newRuntimeId,
  RUNTIME,
  RUNTIME_ENDPOINT,
  RUNTIME_VERSION,
  sealEnvironment,
  versionId,
  type EndpointItem,
  type RuntimeItem,
  type VersionItem,
} from '../runtime-items.ts';
import { newWorkloadIdentity, WORKLOAD_IDENTITY } from '../workload-identity.ts';
import { checkConfiguration, configurationKeys, pickConfiguration } from './check-configuration.ts';

export const createAgentRuntime = defineOperation<CreateAgentRuntimeCommandInput, CreateAgentRuntimeCommandOutput>({
  authorize: (input, scope) => [
    { resources: [runtimeArn(scope, '*')], context: configurationKeys(input) },
    { action: 'iam:PassRole', resources: [input.roleArn!], context: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
  ],
  async handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const name = input.agentRuntimeName!;
    checkConfiguration(input);
    const runtimeId = newRuntimeId(name);
    const role = requireAssumableRole(emulator, scope, input.roleArn!, runtimeArn(scope, runtimeId));
    const artifact = await emulator.sessions.checkArtifact(context, role, input.agentRuntimeArtifact!);

    const createdAt = emulator.now().toISOString();
    const runtime: RuntimeItem = {
      runtimeId,
      name,
      createdAt,
      latestVersion: 1,
      workloadIdentityName: runtimeId,
      deleting: false,
      tags: input.tags ?? {},
    };
    const version: VersionItem = {
      version: 1,
      createdAt,
      lastUpdatedAt: createdAt,
      status: 'CREATING',
      configuration: pickConfiguration(input),
      ...artifact,
      ...sealEnvironment(store, input.environmentVariables, runtimeId),
    };
    const endpoint: EndpointItem = {
      name: DEFAULT_ENDPOINT,
      status: 'CREATING',
      createdAt,
      lastUpdatedAt: createdAt,
      targetVersion: 1,
      tags: {},
    };
    store.transaction(() => {
      if (findRuntimeByName(store, scope, name)) throw conflict(`An agent with the specified name already exists in your account: ${name}`);
      store.items.put(RUNTIME, scope, runtimeId, runtime);
      keepCode(emulator, scope, runtimeId, version);
      store.items.put(RUNTIME_VERSION, scope, versionId(runtimeId, 1), version);
      store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, DEFAULT_ENDPOINT), endpoint);
      store.items.put(WORKLOAD_IDENTITY, scope, runtimeId, newWorkloadIdentity(emulator.now(), { name: runtimeId, runtimeId }));
    });
    emulator.sessions.bringUp(scope, runtimeId, 1);
    return {
      agentRuntimeArn: runtimeArn(scope, runtimeId),
      agentRuntimeId: runtimeId,
      agentRuntimeVersion: '1',
      createdAt: new Date(createdAt),
      status: 'CREATING' as const,
      workloadIdentityDetails: { workloadIdentityArn: workloadIdentityArn(scope, runtimeId) },
    };
  },
});
