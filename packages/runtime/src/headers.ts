import type { IncomingHttpHeaders } from 'node:http';

export const SESSION_ID = 'x-amzn-bedrock-agentcore-runtime-session-id';
export const REQUEST_ID = 'x-amzn-bedrock-agentcore-runtime-request-id';
export const USER_ID = 'x-amzn-bedrock-agentcore-runtime-user-id';
export const IDENTITY_WAT = 'x-amz-bedrock-agentcore-identity-wat';
export const WORKLOAD_ACCESS_TOKEN = 'workloadaccesstoken';
export const OAUTH2_CALLBACK_URL = 'oauth2callbackurl';
const CUSTOM = 'x-amzn-bedrock-agentcore-runtime-custom-';

/** A header's value as one string; the first where it came more than once. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const one = typeof value === 'string' ? value : value?.[0];
  return one === '' ? undefined : one;
}

/**
 * The headers that a handler may see: all but cookies, what belongs to AWS (`x-amz-*`, and `x-amzn-*` save
 * `X-Amzn-Bedrock-AgentCore-Runtime-Custom-*`) and the workload access token, which is a credential with a place of its own.
 *
 * Names are lower case as Node gives them, except `Authorization`, whose form programs for the Python SDK rely on.
 */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (name === 'authorization') forwarded['Authorization'] = value as string;
    else if (!isRestricted(name)) forwarded[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return forwarded;
}

function isRestricted(name: string): boolean {
  if (name === 'cookie' || name === WORKLOAD_ACCESS_TOKEN || name === '__proto__') return true;
  return name.startsWith('x-amz') && (name.startsWith('x-amz-') || name.startsWith('x-amzn-')) && !name.startsWith(CUSTOM);
}
