import { randomUUID } from 'node:crypto';
import type { EmulatorServices } from '../../emulator-services.ts';
import type { AgentImage, SessionSpec } from '../../sessions/types.ts';
import type { Scope } from '../../store/items.ts';
import { runtimeArn } from './arns.ts';
import type { VersionItem } from './runtime-items.ts';
import { GRANT_VARIABLE, issueSessionGrant } from './session-grant.ts';

/** Everything that a session's process is started with. */
export function makeSessionSpec(
  emulator: EmulatorServices,
  {
    scope,
    runtimeId,
    version,
    sessionId,
    image,
    environment,
  }: { scope: Scope; runtimeId: string; version: VersionItem; sessionId: string; image: AgentImage; environment: Record<string, string> },
): SessionSpec {
  const { lifecycleConfiguration, roleArn, protocolConfiguration } = version.configuration;
  const protocol = protocolConfiguration?.serverProtocol;
  return {
    key: { agentRuntimeArn: runtimeArn(scope, runtimeId), version: String(version.version), sessionId },
    image,
    // Where nothing else is said, an agent's OpenAI client finds the stand-in: an agent that is configured for AWS runs here as it is.
    // With an endpoint of Azure, `new AzureOpenAI({ endpoint })` takes no base URL beside it.
    environment: {
      ...(environment['AZURE_OPENAI_ENDPOINT'] ? {} : { OPENAI_BASE_URL: `${emulator.endpoint}/v1` }),
      ...environment,
    },
    platform: {
      AWS_REGION: scope.region,
      AWS_DEFAULT_REGION: scope.region,
      // The one variable that makes every official SDK inside of the agent talk to this emulator, instead of to AWS.
      AWS_ENDPOINT_URL: emulator.endpoint,
      BEDROCK_AGENTCORE_CP_ENDPOINT: emulator.endpoint,
      BEDROCK_AGENTCORE_DP_ENDPOINT: emulator.endpoint,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${emulator.endpoint}/_emulator/credentials`,
      [GRANT_VARIABLE]: issueSessionGrant(emulator, {
        ...scope,
        roleArn: roleArn!,
        sourceArn: runtimeArn(scope, runtimeId),
        sessionName: `BedrockAgentCore-${randomUUID()}`,
      }),
    },
    idleTimeoutSeconds: lifecycleConfiguration?.idleRuntimeSessionTimeout ?? 900,
    maxLifetimeSeconds: lifecycleConfiguration?.maxLifetime ?? 28_800,
    ...(protocol === 'MCP' || protocol === 'A2A' || protocol === 'HTTP' ? { protocol } : {}),
  };
}
