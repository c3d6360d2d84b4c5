import type { InvokeAgentRuntimeCommandInput, InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { SessionError } from '../../../sessions/session-error.ts';
import type { SessionResponse } from '../../../sessions/types.ts';
import { liveVersion } from '../agent-sessions.ts';
import { runtimeArn, runtimeEndpointArn } from '../arns.ts';
import { notFound, validation } from '../errors.ts';
import { DEFAULT_ENDPOINT, requireRuntime, requireVersion } from '../runtime-items.ts';
import { issueWorkloadToken, type WorkloadUser } from '../workload-token.ts';
import { authenticateUser, authorizationMismatch } from './authenticate-user.ts';
import { parseRuntimeTarget } from './runtime-target.ts';

export const invokeAgentRuntime = defineOperation<
  InvokeAgentRuntimeCommandInput,
  Omit<InvokeAgentRuntimeCommandOutput, 'response'> & { response: unknown }
>({
  authorize(input, context) {
    const runtimeId = parseRuntimeTarget(context, input.agentRuntimeArn!, input.accountId);
    const resources = [runtimeArn(context, runtimeId), runtimeEndpointArn(context, runtimeId, input.qualifier ?? DEFAULT_ENDPOINT)];
    return [
      { resources },
      ...(input.runtimeUserId === undefined ? [] : [{ action: 'bedrock-agentcore:InvokeAgentRuntimeForUser', resources }]),
    ];
  },
  authenticateBearer: authenticateUser,
  async handle(input, context) {
    const { emulator, accountId, region, signal } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const runtimeId = parseRuntimeTarget(context, input.agentRuntimeArn!, input.accountId);
    const runtime = requireRuntime(store, scope, runtimeId);
    const qualifier = input.qualifier ?? DEFAULT_ENDPOINT;
    const target = liveVersion(emulator, scope, runtimeId, qualifier);
    if ('missing' in target)
      throw notFound(`No endpoint or agent found with qualifier '${qualifier}' for agent '${runtimeArn(scope, runtimeId)}'`);
    if ('status' in target)
      throw new AwsError(
        'RetryableConflictException',
        409,
        `Endpoint '${qualifier}' of agent '${runtimeArn(scope, runtimeId)}' is in status ${target.status}: it cannot be invoked yet.`,
      );
    const { configuration } = requireVersion(store, scope, runtimeId, target.live);
    const { bearer } = context;
    if ((configuration.authorizerConfiguration?.customJWTAuthorizer === undefined) !== (bearer === undefined))
      throw authorizationMismatch();
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
      .invoke(scope, { runtimeId, version: target.live, endpoint: qualifier, sessionId }, request)
      .catch((error: unknown) => {
        throw error instanceof SessionError ? clientError(error) : error;
      });
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

/** An agent that answers an error is the caller's own fault, in the eyes of the service: 424. */
function agentError(answer: SessionResponse): AwsError {
  // Read to the end, so that the connection to the agent can be used again. What it says is in its log, not in ours.
  answer.body.resume();
  return new AwsError(
    'RuntimeClientError',
    424,
    `Received error (${answer.status}) from runtime. Please check your CloudWatch logs for more information.`,
  );
}

/** Most of what goes wrong with a session is the agent's doing; some of it is this machine's. */
function clientError(error: SessionError): AwsError {
  if (error.code === 'TOO_MANY_SESSIONS') return new AwsError('ThrottlingException', 429, error.message, { cause: error });
  const ours = error.code === 'CACHE_UNWRITABLE' || error.code === 'ISOLATION_UNAVAILABLE' || error.code === 'HOST_CLOSED';
  if (ours) return new AwsError('InternalServerException', 500, error.message, { cause: error });
  return new AwsError('RuntimeClientError', 424, error.message, { cause: error });
}
