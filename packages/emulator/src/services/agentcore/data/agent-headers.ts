import type { InvokeAgentRuntimeCommandInput } from '@aws-sdk/client-bedrock-agentcore';
import type { OperationContext } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import type { RuntimeItem } from '../runtime-items.ts';
import { issueWorkloadToken, type WorkloadUser } from '../workload-token.ts';

/** A workload access token for this agent and whoever calls it. */
export function issueTokenFor(
  { emulator, bearer }: Pick<OperationContext, 'emulator' | 'bearer'>,
  scope: Scope,
  runtime: RuntimeItem,
  userId: string | undefined,
): string {
  const user: WorkloadUser | undefined = bearer ? { type: 'jwt', ...bearer } : userId === undefined ? undefined : { type: 'id', userId };
  return issueWorkloadToken(emulator.store, emulator.now(), {
    ...scope,
    workloadName: runtime.workloadIdentityName,
    ...(user ? { user } : {}),
  });
}

/** What the platform tells the agent about a request. The token is for this workload and this user only. */
export function platformHeaders(
  { requestId }: Pick<OperationContext, 'requestId'>,
  input: Partial<InvokeAgentRuntimeCommandInput>,
  sessionId: string,
  token: string,
): Record<string, string> {
  const headers: Record<string, string | undefined> = {
    'content-type': input.contentType ?? 'application/octet-stream',
    accept: input.accept,
    'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': sessionId,
    'X-Amzn-Bedrock-AgentCore-Runtime-Request-Id': requestId,
    'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': input.runtimeUserId,
    // SDKs read one name or the other.
    'X-Amz-Bedrock-AgentCore-Identity-WAT': token,
    WorkloadAccessToken: token,
    'mcp-session-id': input.mcpSessionId,
    'mcp-protocol-version': input.mcpProtocolVersion,
    'mcp-method': input.mcpMethod,
    'mcp-name': input.mcpName,
    'X-Amzn-Trace-Id': input.traceId,
    traceparent: input.traceParent,
    tracestate: input.traceState,
    baggage: input.baggage,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Headers of the caller that the runtime's configuration lets through, under the names that it gives them. */
export function allowedHeaders(
  { headers, bearer }: Pick<OperationContext, 'headers' | 'bearer'>,
  allowlist: readonly string[],
): Record<string, string> {
  const pairs = allowlist
    .map((name) => [name, headers[name.toLowerCase()]] as const)
    .filter((pair): pair is [string, string] => pair[1] !== undefined);
  // With SigV4 the Authorization header is the caller's signature: it is not the agent's business. A user's token may be.
  return Object.fromEntries(pairs.filter(([name]) => bearer !== undefined || name.toLowerCase() !== 'authorization'));
}
