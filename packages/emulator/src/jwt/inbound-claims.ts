import type { JWTPayload } from 'jose';
import type { ContextValue } from '../iam/types.ts';

/** The condition keys that policies have on claims of a user's token. */
export function inboundClaimKeys(claims: JWTPayload): Record<string, ContextValue> {
  const keys: Record<string, ContextValue> = {};
  for (const name of ['aud', 'client_id', 'iss', 'scope', 'sub']) {
    const value = claims[name];
    if (typeof value === 'string' || (Array.isArray(value) && value.every((part) => typeof part === 'string')))
      keys[`bedrock-agentcore:InboundJwtClaim/${name}`] = value;
  }
  return keys;
}
