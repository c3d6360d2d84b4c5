/** The scopes of the vendor's own APIs. What they are called on the consent page is in vendor-texts.ts. */
export const OWN_SCOPES = ['notes:read', 'notes:write', 'agents:invoke'] as const;

const OPENID_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

export function isOpenidScope(scope: string): boolean {
  return OPENID_SCOPES.has(scope);
}

/** Whether the vendor rejects a scope. It knows all scopes of its own APIs; others belong to the vendors that it stands in for, and are accepted. */
export function isUnknownScope(scope: string): boolean {
  return /^(?:notes|agents):/.test(scope) && !OWN_SCOPES.some((own) => own === scope);
}
