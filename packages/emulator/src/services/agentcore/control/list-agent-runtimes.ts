import type {
  AgentRuntime,
  ListAgentRuntimesCommandInput,
  ListAgentRuntimesCommandOutput,
  ListAgentRuntimeVersionsCommandInput,
  ListAgentRuntimeVersionsCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import { listPage } from '../../page.ts';
import { runtimeArn } from '../arns.ts';
import { requireRuntime, requireVersion, RUNTIME, RUNTIME_VERSION, type RuntimeItem, type VersionItem } from '../runtime-items.ts';

export const listAgentRuntimes = defineOperation<ListAgentRuntimesCommandInput, ListAgentRuntimesCommandOutput>({
  handle({ maxResults: limit = 100, nextToken: token }, context) {
    const { store } = context.emulator;
    const page = listPage<RuntimeItem>(store, RUNTIME, context, { limit, token, descending: true });
    const agentRuntimes = page.items.map(({ value }) =>
      summary(context, value, requireVersion(store, context, value.runtimeId, value.latestVersion)),
    );
    return { agentRuntimes, nextToken: page.nextToken };
  },
});

export const listAgentRuntimeVersions = defineOperation<ListAgentRuntimeVersionsCommandInput, ListAgentRuntimeVersionsCommandOutput>({
  handle({ agentRuntimeId, maxResults: limit = 100, nextToken: token }, context) {
    const { store } = context.emulator;
    const runtime = requireRuntime(store, context, agentRuntimeId!);
    const page = listPage<VersionItem>(store, RUNTIME_VERSION, context, {
      limit,
      token,
      prefix: `${runtime.runtimeId}/`,
      descending: true,
    });
    return { agentRuntimes: page.items.map(({ value }) => summary(context, runtime, value)), nextToken: page.nextToken };
  },
});

function summary(scope: Scope, runtime: RuntimeItem, version: VersionItem): AgentRuntime {
  return {
    agentRuntimeArn: runtimeArn(scope, runtime.runtimeId),
    agentRuntimeId: runtime.runtimeId,
    agentRuntimeVersion: String(version.version),
    agentRuntimeName: runtime.name,
    description: version.configuration.description === '' ? undefined : version.configuration.description,
    lastUpdatedAt: new Date(version.lastUpdatedAt),
    status: runtime.deleting ? 'DELETING' : version.status,
  };
}
