/** What the vendor's own APIs let one do, in the words of the consent page. */
export const OWN_SCOPES: Readonly<Record<string, string>> = {
  'notes:read': 'Read your notes',
  'notes:write': 'Add notes in your name',
  'agents:invoke': 'Talk to agents in your name',
};

const OPENID_SCOPES: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  profile: 'Know your name',
  email: 'Know your e-mail address',
  offline_access: 'Keep this permission while you are away',
};

export function describeScope(scope: string): string {
  return OWN_SCOPES[scope] ?? OPENID_SCOPES[scope] ?? scope;
}

export function isOpenidScope(scope: string): boolean {
  return scope in OPENID_SCOPES;
}

/** Whether the vendor knows a scope not: of its own APIs it knows all. Others belong to the vendors that it stands in for, and are taken. */
export function isUnknownScope(scope: string): boolean {
  return /^(?:notes|agents):/.test(scope) && !(scope in OWN_SCOPES);
}
