import { randomBytes } from 'node:crypto';
import type { InvokeAgentRuntimeCommandInput } from '@aws-sdk/client-bedrock-agentcore';
import type { OperationContext } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import type { RuntimeItem } from '../runtime-items.ts';
import { issueWorkloadToken, type WorkloadUser } from '../workload-token.ts';

/**
 * A workload access token for this agent and the user on whose behalf it is called. A caller that signs with AWS credentials and names no user gets an
 * agent without a token, which can fetch no credential at all, an API key included. AWS was seen to do the same.
 */
export function issueTokenFor(
  { emulator, bearer }: Pick<OperationContext, 'emulator' | 'bearer'>,
  scope: Scope,
  runtime: RuntimeItem,
  userId: string | undefined,
): string | undefined {
  const user: WorkloadUser | undefined = bearer ? { type: 'jwt', ...bearer } : userId === undefined ? undefined : { type: 'id', userId };
  if (user === undefined) return undefined;
  return issueWorkloadToken(emulator.store, emulator.now(), { ...scope, workloadName: runtime.workloadIdentityName, user });
}

/** What the platform sends the agent with a request. The token is for this workload and this user only. */
export function platformHeaders(
  { requestId }: Pick<OperationContext, 'requestId'>,
  input: Partial<InvokeAgentRuntimeCommandInput>,
  sessionId: string,
  token: string | undefined,
): Record<string, string> {
  const headers: Record<string, string | undefined> = {
    'content-type': input.contentType ?? 'application/octet-stream',
    accept: input.accept,
    'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': sessionId,
    'X-Amzn-RequestId': requestId,
    'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': input.runtimeUserId,
    // Each SDK and sample reads one of these names.
    'X-Amz-Bedrock-AgentCore-Identity-WAT': token,
    'X-Amzn-Bedrock-AgentCore-Runtime-Workload-AccessToken': token,
    WorkloadAccessToken: token,
    'mcp-session-id': input.mcpSessionId,
    'mcp-protocol-version': input.mcpProtocolVersion,
    'mcp-method': input.mcpMethod,
    'mcp-name': input.mcpName,
    'X-Amzn-Trace-Id': input.traceId ?? newTraceId(),
    traceparent: input.traceParent,
    tracestate: input.traceState,
    baggage: input.baggage ?? `session.id=${sessionId}`,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A trace of X-Ray begins with the invocation when the caller has none: the time in seconds, and 96 random bits. */
function newTraceId(): string {
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
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
