import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../../../store/items.ts';
import type { Store } from '../../../store/open-store.ts';
import type { WorkloadUser } from '../workload-token.ts';

export const AUTHORIZATION_SESSION = 'oauth2-session';

/** The browser that comes back names a session only: sessions are found without knowing whose they are. */
const ANYWHERE = { accountId: '-', region: 'global' };
const PREFIX = 'urn:ietf:params:oauth:request_uri:';
export const SESSION_MINUTES = 10;
const LIFETIME_MS = SESSION_MINUTES * 60_000;
const KEPT_MS = 60 * 60_000;

/** One attempt of one user to let one workload use a provider. */
export interface AuthorizationSession extends Scope {
  /** STARTED: the URL was given out. REDIRECTED: it was used. CONSENTED: the vendor's code is here, but not yet bound to the user. */
  status: 'STARTED' | 'REDIRECTED' | 'CONSENTED' | 'COMPLETE' | 'FAILED';
  /** Why it is FAILED. */
  failure?: 'denied' | 'vendor' | 'otherUser' | 'expired';
  workloadName: string;
  /** Of the identity that asked: see identity-binding.ts. */
  identityId?: string;
  user: WorkloadUser;
  /** Of a user with a JWT: which one the workload access token was made for. Another one of the same user does not complete the session. */
  jwtDigest?: string;
  providerName: string;
  providerUuid: string;
  scopes: string[];
  resources: string[];
  audiences: string[];
  /** As in the key of the vault. */
  custom?: string | undefined;
  returnUrl: string;
  createdAt: number;
  /** What nobody may read in the state: see SessionSecrets. */
  sealed: string;
}

export interface SessionSecrets {
  codeVerifier: string;
  customState?: string;
  customParameters: Record<string, string>;
  code?: string;
}

/** The session URI is as good as the authorization URL, so the state keeps only a digest of it. The time comes first, to find old ones. */
export function newSessionUri(now: Date): string {
  return `${PREFIX}${now.getTime().toString(36).padStart(9, '0')}-${randomBytes(32).toString('base64url')}`;
}

export function sessionId(sessionUri: string): string {
  const [, time = '', random = ''] = /^urn:ietf:params:oauth:request_uri:([0-9a-z]{9})-(.+)$/.exec(sessionUri) ?? [];
  return `${time}-${createHash('sha256').update(random).digest('hex')}`;
}

export function findSession(store: Store, now: Date, id: string): AuthorizationSession | undefined {
  const session = store.items.get<AuthorizationSession>(AUTHORIZATION_SESSION, ANYWHERE, id);
  const isOpen = session && session.status !== 'COMPLETE' && session.status !== 'FAILED';
  const isLate = isOpen && now.getTime() - session.createdAt > LIFETIME_MS;
  return isLate ? { ...session, status: 'FAILED', failure: 'expired' } : session;
}

export function saveSession(store: Store, id: string, session: AuthorizationSession): void {
  store.items.put(AUTHORIZATION_SESSION, ANYWHERE, id, session);
}

export function sealSecrets(store: Store, id: string, secrets: SessionSecrets): string {
  return store.sealer.seal(JSON.stringify(secrets), `${AUTHORIZATION_SESSION}:${id}`);
}

export function openSecrets(store: Store, id: string, session: AuthorizationSession): SessionSecrets {
  const text = store.sealer.open(session.sealed, `${AUTHORIZATION_SESSION}:${id}`);
  if (text === undefined) throw new Error('an authorization session does not open: seal.key was replaced');
  return JSON.parse(text) as SessionSecrets;
}

/** Forgets a few of the oldest sessions, so that their number stays in proportion to what is going on. */
export function sweepSessions(store: Store, now: Date): void {
  for (const { id, value } of store.items.list<AuthorizationSession>(AUTHORIZATION_SESSION, ANYWHERE, { limit: 20 })) {
    if (now.getTime() - value.createdAt > KEPT_MS) store.items.delete(AUTHORIZATION_SESSION, ANYWHERE, id);
  }
}

/** The `state` of the request to the vendor: says which session it is, and cannot be made up. */
export function sealState(store: Store, id: string): string {
  return store.sealer.seal(id, 'oauth2-state');
}

export function openState(store: Store, state: string): string | undefined {
  return store.sealer.open(state, 'oauth2-state');
}
