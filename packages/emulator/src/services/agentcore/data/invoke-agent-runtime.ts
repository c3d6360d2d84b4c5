import type { InvokeAgentRuntimeCommandInput, InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { randomUUID } from 'node:crypto';
import { defineOperation } from '../../../gateway/operation.ts';
import type { SessionResponse } from '../../../sessions/types.ts';
import { validation } from '../errors.ts';
import { allowedHeaders, issueTokenFor, platformHeaders } from './agent-headers.ts';
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
    const { scope, runtime, live, qualifier, configuration, kind } = findTarget(input, context);
    if (bearer && input.runtimeUserId !== undefined)
      throw validation('runtimeUserId is not allowed with a bearer token: the token says who the user is.', 'runtimeUserId');

    const sessionId = input.runtimeSessionId ?? randomUUID();
    const token = issueTokenFor(context, scope, runtime, input.runtimeUserId);
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
    const isNew = !emulator.sessions.isLive(scope, runtime.runtimeId, sessionId);
    const answer = await emulator.sessions
      .invoke(scope, { runtimeId: runtime.runtimeId, version: live, endpoint: qualifier, sessionId }, request)
      .catch(rethrowSessionError(kind));
    if (answer.status >= 400) throw agentError(answer, { isNew, kind });
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

/** Where the servers of each protocol expect a request. What is in it passes through as it is. */
const AGENT_PATHS: Readonly<Record<string, string>> = { HTTP: '/invocations', AGUI: '/invocations', MCP: '/mcp', A2A: '/' };

function header(answer: SessionResponse, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
