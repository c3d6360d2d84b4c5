import type { DeleteAgentRuntimeCommandInput, DeleteAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { runtimeArn } from '../arns.ts';
import { conflict } from '../errors.ts';
import { DEFAULT_ENDPOINT, listEndpoints, requireRuntime, RUNTIME } from '../runtime-items.ts';

export const deleteAgentRuntime = defineOperation<DeleteAgentRuntimeCommandInput, DeleteAgentRuntimeCommandOutput>({
  authorize: (input, scope) => [{ resources: [runtimeArn(scope, input.agentRuntimeId!)] }],
  handle({ agentRuntimeId }, { emulator, accountId, region }) {
    const scope = { accountId, region };
    const runtime = requireRuntime(emulator.store, scope, agentRuntimeId!);
    const named = listEndpoints(emulator.store, scope, runtime.runtimeId).filter(({ name }) => name !== DEFAULT_ENDPOINT);
    if (named.length > 0)
      throw conflict(
        `This agent has endpoints that must be deleted before the agent can be deleted: ${named.map(({ name }) => name).join(', ')}`,
      );
    emulator.store.items.put(RUNTIME, scope, runtime.runtimeId, { ...runtime, deleting: true });
    emulator.sessions.tearDown(scope, runtime.runtimeId);
    return { status: 'DELETING' as const, agentRuntimeId: runtime.runtimeId, agentRuntimeVersion: String(runtime.latestVersion) };
  },
});
