import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Authorizer } from '../../../authorization/create-authorizer.ts';
import type { createAuthenticator } from '../../../credentials/authenticate.ts';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { requestKeys } from '../../../gateway/create-gateway.ts';
import { foldHeaders } from '../../../gateway/fold-headers.ts';
import type { GatewayCaller } from '../../../gateway/operation.ts';
import { writeError } from '../../../gateway/write-error.ts';
import { parsePresigned } from '../../s3/presigned.ts';
import { validation } from '../errors.ts';
import { DEFAULT_ENDPOINT } from '../runtime-items.ts';
import { allowedHeaders, issueTokenFor, platformHeaders } from './agent-headers.ts';
import { rethrowSessionError } from './agent-errors.ts';
import { authenticateUser } from './authenticate-user.ts';
import { findTarget, targetResources } from './find-target.ts';

export interface WebSocketOptions {
  emulator: EmulatorServices;
  authenticate: ReturnType<typeof createAuthenticator>;
  authorizer: Authorizer;
  onFault(error: unknown, operation: string): void;
}

const PATH = /^\/runtimes\/([^/]+)\/ws$/;
const SESSION_ID = 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id';
const USER_ID = 'X-Amzn-Bedrock-AgentCore-Runtime-User-Id';
/** A browser can set no header, but name protocols: one of them may be this and the token, with this alone beside it. */
const BEARER_PROTOCOL = 'base64UrlBearerAuthorization';
const HANDSHAKE = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions'] as const;
const ACTION = 'bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream';

/** Whether a request asks for a WebSocket of an agent. */
export function isAgentWebSocket({ url, headers, method }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && PATH.test((url ?? '').split('?', 1)[0] ?? '');
}

/**
 * `GET /runtimes/{arn}/ws`: passes a WebSocket through to a session's agent. Signed as any request or by its URL, or with a user's token. It is in no
 * SDK's model, so it is not an operation of the gateway.
 *
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-get-started-websocket.html
 */
export function createWebSocketHandler({ emulator, authenticate, authorizer, onFault }: WebSocketOptions) {
  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const requestId = randomUUID();
    try {
      await connect(request, socket, head, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) onFault(error, 'bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream');
      if (socket.destroyed) return;
      refuse(error instanceof AwsError ? error : new AwsError('InternalFailure', 500, 'The emulator failed.'), request, socket, requestId);
    }
  };

  async function connect(request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', emulator.endpoint);
    const target = { agentRuntimeArn: decode(PATH.exec(pathname)![1]!), qualifier: query.get('qualifier') ?? DEFAULT_ENDPOINT };
    const given = (name: string) => headerOf(request, name) ?? query.get(name) ?? undefined;
    const caller = await authenticateCaller(request, query, target);
    const { accountId } = caller.principal;
    const context = { emulator, accountId, region: caller.region, requestId, ...(caller.bearer ? { bearer: caller.bearer } : {}) };

    const sessionId = given(SESSION_ID) ?? randomUUID();
    if (sessionId.length < 33 || sessionId.length > 256)
      throw validation('runtimeSessionId must have from 33 to 256 characters.', 'runtimeSessionId');
    const userId = given(USER_ID);
    if (caller.bearer && userId !== undefined)
      throw validation('runtimeUserId is not allowed with a bearer token: the token says who the user is.', 'runtimeUserId');
    if (!caller.bearer) {
      const resources = targetResources(target, context);
      for (const action of userId === undefined ? [ACTION] : [ACTION, `${ACTION}ForUser`])
        authorizer.require(caller, { action, resources, context: requestKeys(request, {}, caller.region) });
    }

    const { scope, runtime, live, qualifier, configuration, kind } = findTarget(target, context);
    const token = issueTokenFor(context, scope, runtime, userId);
    const allowlist = configuration.requestHeaderConfiguration?.requestHeaderAllowlist ?? [];
    // What a browser cannot send as a header it may send in the URL.
    const sent = Object.fromEntries(allowlist.map((name) => [name.toLowerCase(), given(name)]));
    const bearerHeader = caller.bearer ? { authorization: `Bearer ${caller.bearer.token}` } : {};
    const { 'content-type': _type, ...platform } = platformHeaders({ requestId }, { runtimeUserId: userId }, sessionId, token);
    const headers = {
      ...platform,
      ...allowedHeaders({ ...context, headers: { ...sent, ...bearerHeader } }, allowlist),
      ...handshakeHeaders(request),
    };
    await emulator.sessions
      .use(scope, { runtimeId: runtime.runtimeId, version: live, endpoint: qualifier, sessionId }, (spec) =>
        emulator.sessions.host.connect(spec, { headers, path: '/ws' }, socket, head),
      )
      .catch(rethrowSessionError(kind));
  }

  async function authenticateCaller(
    request: IncomingMessage,
    query: URLSearchParams,
    target: { agentRuntimeArn: string; qualifier: string },
  ): Promise<GatewayCaller> {
    const presigned = parsePresigned(query);
    if (!presigned && !request.headers.authorization?.startsWith('AWS4-')) return authenticateUser(target, bearerToken(request), emulator);
    const { headers, headersDistinct } = request;
    const signed = { method: 'GET', url: request.url ?? '/', headers, headersDistinct, body: Buffer.alloc(0) };
    const { principal, sessionPolicies, signature } = authenticate(signed, presigned);
    if (signature.service !== 'bedrock-agentcore')
      throw new AwsError('SignatureDoesNotMatch', 403, `Credential should be scoped to correct service: 'bedrock-agentcore'.`);
    return { principal, sessionPolicies, region: signature.region };
  }
}

function bearerToken(request: IncomingMessage): string | undefined {
  const inHeader = /^Bearer +([^\s,]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const inProtocol = protocolsOf(request).find((name) => name.startsWith(`${BEARER_PROTOCOL}.`));
  return inHeader ?? (inProtocol && Buffer.from(inProtocol.slice(BEARER_PROTOCOL.length + 1), 'base64url').toString('utf8'));
}

/** The agent does not see the token among the protocols, and so cannot choose it: the client is told which one was. */
function handshakeHeaders(request: IncomingMessage): Record<string, string> {
  const protocols = protocolsOf(request).filter((name) => !name.startsWith(`${BEARER_PROTOCOL}.`));
  const headers = HANDSHAKE.flatMap((name) => {
    const value = headerOf(request, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(headers), ...(protocols.length > 0 ? { 'sec-websocket-protocol': protocols.join(', ') } : {}) };
}

function protocolsOf({ headers }: IncomingMessage): string[] {
  return (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = foldHeaders(request)[name.toLowerCase()];
  return Array.isArray(value) ? value.join(',') : value;
}

function refuse(error: AwsError, request: IncomingMessage, socket: Duplex, requestId: string): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // An upgraded connection is still the one that the request came over.
  response.assignSocket(socket as typeof request.socket);
  response.once('finish', () => socket.end());
  writeError(error, { protocol: 'rest-json' }, requestId, response);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
