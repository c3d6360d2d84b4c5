import type { IncomingHttpHeaders } from 'node:http';
import type { WorkloadContext } from './context.ts';
import { IdentityError } from './errors.ts';
import { forwardedHeaders, lowerCased, REQUEST_HEADERS } from './request-headers.ts';

/** What {@link contextOf} reads from a request: a context that always has a request id and the forwarded headers. */
export interface RequestContext extends WorkloadContext {
  requestId: string;
  headers: Record<string, string>;
}

/**
 * The context of a request, read from its headers. With {@link runWithContext} it makes `requiresApiKey`, `apiKeyFrom` and the other functions
 * of this package work inside a server that you already have.
 *
 * ```ts
 * app.use((request, response, next) => runWithContext(contextOf(request.headers), next));
 * ```
 *
 * AgentCore Runtime sends the workload access token, the session id and the return URL of a consent in headers of each invocation. Names match
 * in any case, an empty value counts as missing, and a request without an id gets a new UUID. The context has no `signal`; add your own:
 * `{ ...contextOf(request.headers), signal }`.
 *
 * Only AgentCore Runtime can reach a server that it hosts. Elsewhere any client can send these headers: the service verifies the workload access
 * token, but `sessionId`, `requestId` and `userId` are whatever the client claims.
 *
 * @param headers - of an incoming request: `request.headers` of `node:http`, Express and Fastify, or a web `Headers` (`c.req.raw.headers` in Hono)
 * @throws IdentityError `INVALID_ARGUMENT` when `headers` is not a set of headers, for example the request itself
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-header-allowlist.html
 */
export function contextOf(headers: IncomingHttpHeaders | Headers): RequestContext {
  verifyHeaders(headers);
  const received = lowerCased(headers);
  const context: RequestContext = { requestId: '', headers: forwardedHeaders(received) };
  for (const [field, names] of REQUEST_HEADERS) {
    for (const name of names) {
      const value = received[name];
      const first = typeof value === 'object' ? value[0] : value;
      if (!first) continue;
      context[field] = first;
      break;
    }
  }
  if (context.requestId === '') context.requestId = globalThis.crypto.randomUUID();
  return context;
}

function verifyHeaders(headers: unknown): void {
  if (typeof headers !== 'object' || headers === null)
    throw new IdentityError(
      'INVALID_ARGUMENT',
      `contextOf expects the headers of a request, not ${headers === null ? 'null' : typeof headers}.`,
    );
  if (Array.isArray(headers))
    throw new IdentityError(
      'INVALID_ARGUMENT',
      'contextOf expects the headers of a request by their names, not a list: pass request.headers.',
    );
  const { headers: inner } = headers as { headers?: unknown };
  // A header of that name is a text or, in `headersDistinct`, a list.
  if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
    throw new IdentityError('INVALID_ARGUMENT', 'contextOf expects the headers of a request, not the request: pass request.headers.');
}
