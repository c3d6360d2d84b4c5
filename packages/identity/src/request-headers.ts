import type { IncomingHttpHeaders } from 'node:http';
import type { WorkloadContext } from './context.ts';
import { IdentityError } from './errors.ts';

type TextField = { [Name in keyof WorkloadContext]-?: string extends WorkloadContext[Name] ? Name : never }[keyof WorkloadContext];

/** Lower-case names to values. A list where a header came more than once. */
export type ReceivedHeaders = Record<string, string | string[]>;

const WORKLOAD_ACCESS_TOKEN = 'workloadaccesstoken';
const CUSTOM = 'x-amzn-bedrock-agentcore-runtime-custom-';

/** The headers that fill a context, the first that is present first. The platform sends the workload access token under all three names. */
export const REQUEST_HEADERS: readonly (readonly [field: TextField, names: readonly string[]])[] = [
  [
    'workloadAccessToken',
    ['x-amz-bedrock-agentcore-identity-wat', 'x-amzn-bedrock-agentcore-runtime-workload-accesstoken', WORKLOAD_ACCESS_TOKEN],
  ],
  ['sessionId', ['x-amzn-bedrock-agentcore-runtime-session-id']],
  ['requestId', ['x-amzn-bedrock-agentcore-runtime-request-id', 'x-amzn-requestid']],
  ['userId', ['x-amzn-bedrock-agentcore-runtime-user-id']],
  ['oauth2CallbackUrl', ['oauth2callbackurl']],
  ['baggage', ['baggage']],
];

/** The same headers under lower-case names, whether they came from Node or as a web `Headers`. */
export function lowerCased(headers: IncomingHttpHeaders | Headers): ReceivedHeaders {
  const received: ReceivedHeaders = {};
  const add = (value: unknown, name: string): void => {
    const key = name.toLowerCase();
    // Assigned, __proto__ would become the prototype. Some frameworks say null for a header that is not there.
    if (value === undefined || value === null || key === '__proto__') return;
    if (typeof value !== 'string' && !isTexts(value))
      throw new IdentityError(
        'INVALID_ARGUMENT',
        `The header ${name} is neither a text nor a list of texts. contextOf expects request.headers.`,
      );
    received[key] = value;
  };
  // Not `instanceof Headers`: frameworks bring implementations of their own. In Node's headers a function cannot occur.
  if (typeof headers.forEach === 'function') (headers as Headers).forEach(add);
  else for (const name in headers as IncomingHttpHeaders) add((headers as IncomingHttpHeaders)[name], name);
  return received;
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((text) => typeof text === 'string');

/**
 * The headers that a handler may see: all but cookies, AWS's own (`x-amz-*`, and `x-amzn-*` except
 * `X-Amzn-Bedrock-AgentCore-Runtime-Custom-*`) and the workload access token, which is a credential with its own field.
 *
 * Names are lower case, except `Authorization`, which code ported from the Python SDK looks up in that form.
 */
export function forwardedHeaders(received: ReceivedHeaders): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const name in received) {
    if (isRestricted(name)) continue;
    const value = received[name]!;
    forwarded[name === 'authorization' ? 'Authorization' : name] = typeof value === 'string' ? value : value.join(', ');
  }
  return forwarded;
}

function isRestricted(name: string): boolean {
  if (name === 'cookie' || name === WORKLOAD_ACCESS_TOKEN) return true;
  return name.startsWith('x-amz') && (name.startsWith('x-amz-') || name.startsWith('x-amzn-')) && !name.startsWith(CUSTOM);
}
