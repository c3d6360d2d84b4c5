import { createHmac, randomBytes } from 'node:crypto';
import type { Principal } from '../iam/types.ts';
import type { Store } from '../store/open-store.ts';
import { newKeyId } from './access-keys.ts';

export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** What a session token says when it is opened. */
export interface TemporarySession {
  accessKeyId: string;
  secretAccessKey: string;
  principal: Principal;
  /** A session policy, as JSON text: permissions are what both it and the role allow. */
  sessionPolicies: string[];
  expiresAt: number;
}

const PURPOSE = 'session-token';

/** Credentials that carry their own proof: nothing is stored, so they survive a restart and end by themselves. */
export function issueTemporaryCredentials(
  store: Store,
  {
    principal,
    sessionPolicies = [],
    issuedAt = new Date(),
    expiration,
    minimumTokenSize = 0,
  }: { principal: Principal; sessionPolicies?: string[]; issuedAt?: Date; expiration: Date; minimumTokenSize?: number },
): TemporaryCredentials {
  const session: TemporarySession = {
    accessKeyId: newKeyId('ASIA', principal.accountId),
    secretAccessKey: createHmac('sha256', randomBytes(32)).update('secret').digest('base64').slice(0, 40),
    principal: { ...principal, tokenIssuedAt: issuedAt.toISOString() },
    sessionPolicies,
    expiresAt: expiration.getTime(),
  };
  const { accessKeyId, secretAccessKey } = session;
  const sealed = store.sealer.seal(JSON.stringify(session), PURPOSE);
  const padding = ' '.repeat(Math.max(0, minimumTokenSize - sealed.length));
  const sessionToken = padding === '' ? sealed : store.sealer.seal(JSON.stringify(session) + padding, PURPOSE);
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

export function openSessionToken(store: Store, sessionToken: string): TemporarySession | undefined {
  const text = store.sealer.open(sessionToken, PURPOSE);
  return text === undefined ? undefined : (JSON.parse(text) as TemporarySession);
}
