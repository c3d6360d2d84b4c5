import type { InvokeAgentRuntimeCommandInput, InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { randomUUID } from 'node:crypto';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import type { SessionResponse } from '../../../sessions/types.ts';
import { validation } from '../errors.ts';
import { issueWorkloadToken, type WorkloadUser } from '../workload-token.ts';
import { agentError, rethrowSessionError } from './agent-errors.ts';
import { authenticateUser } from './authenticate-user.ts';
import { findTarget, targetResources } from './find-target.ts';

export const invokeAgentRuntime = defineOperation<
  InvokeAgentRuntimeCommandInput,
  Omit<InvokeAgentRuntimeCommandOutput, 'response'> & { response: unknown }
>({
  authorize(input, context) {
    const resources = targetResources(input, context);
    return [
      { resources },
      ...(input.runtimeUserId === undefined ? [] : [{ action: 'bedrock-agentcore:InvokeAgentRuntimeForUser', resources }]),
    ];
  },
  authenticateBearer: authenticateUser,
  async handle(input, context) {
    const { emulator, signal, bearer } = context;
    const { store } = emulator;
    const { scope, runtime, live, qualifier, configuration } = findTarget(input, context);
    if (bearer && input.runtimeUserId !== undefined)
      throw validation('runtimeUserId is not allowed with a bearer token: the token says who the user is.', 'runtimeUserId');

    const sessionId = input.runtimeSessionId ?? randomUUID();
    const user = bearer ? { type: 'jwt' as const, ...bearer } : userOf(input.runtimeUserId);
    const token = issueWorkloadToken(store, emulator.now(), {
      ...scope,
      workloadName: runtime.workloadIdentityName,
      ...(user ? { user } : {}),
    });
    const request = {
      method: 'POST',
      path: AGENT_PATHS[configuration.protocolConfiguration?.serverProtocol ?? 'HTTP'] ?? '/invocations',
      headers: {
        ...platformHeaders(context, input, sessionId, token),
        ...allowedHeaders(context, configuration.requestHeaderConfiguration?.requestHeaderAllowlist ?? []),
      },
      body: Buffer.from(input.payload as Uint8Array),
      signal,
    };
    const answer = await emulator.sessions
      .invoke(scope, { runtimeId: runtime.runtimeId, version: live, endpoint: qualifier, sessionId }, request)
      .catch(rethrowSessionError);
    if (answer.status >= 400) throw agentError(answer);
    return {
      statusCode: answer.status,
      contentType: header(answer, 'content-type') ?? 'application/octet-stream',
      runtimeSessionId: sessionId,
      mcpSessionId: header(answer, 'mcp-session-id'),
      traceId: input.traceId,
      traceParent: input.traceParent,
      traceState: input.traceState,
      baggage: input.baggage,
      response: answer.body,
    };
  },
});

function userOf(userId: string | undefined): WorkloadUser | undefined {
  return userId === undefined ? undefined : { type: 'id', userId };
}

/** Where the servers of each protocol expect a request. What is in it passes through as it is. */
const AGENT_PATHS: Readonly<Record<string, string>> = { HTTP: '/invocations', AGUI: '/invocations', MCP: '/mcp', A2A: '/' };

/** What the platform tells the agent about a request. The token is for this workload and this user only. */
function platformHeaders(
  { requestId }: OperationContext,
  input: InvokeAgentRuntimeCommandInput,
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
    'X-Amzn-Trace-Id': input.traceId,
    traceparent: input.traceParent,
    tracestate: input.traceState,
    baggage: input.baggage,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Headers of the caller that the runtime's configuration lets through, under the names that it gives them. */
function allowedHeaders({ headers, bearer }: OperationContext, allowlist: readonly string[]): Record<string, string> {
  const pairs = allowlist
    .map((name) => [name, headers[name.toLowerCase()]] as const)
    .filter((pair): pair is [string, string] => pair[1] !== undefined);
  // With SigV4 the Authorization header is the caller's signature: it is not the agent's business. A user's token may be.
  return Object.fromEntries(pairs.filter(([name]) => bearer !== undefined || name.toLowerCase() !== 'authorization'));
}

function header(answer: SessionResponse, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
