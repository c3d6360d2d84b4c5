import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { accessDenied } from './errors.ts';
import { bindToIdentity, requireSameIdentity, type BoundWorkload } from './identity-binding.ts';

/** On whose behalf a workload acts. The token is there only where it may be exchanged, and is no part of who the user is. */
export type WorkloadUser = { type: 'id'; userId: string } | { type: 'jwt'; issuer: string; subject: string; token?: string };

/** What a workload access token says: which agent, and on whose behalf. Opaque to everyone but this service. */
export interface WorkloadToken extends BoundWorkload {
  /** Absent for the bare workload. */
  user?: WorkloadUser;
  expiresAt: number;
}

/** Which JWT it was, where the JWT itself must not be kept. */
export function digestOfJwt(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export const WORKLOAD_TOKEN = 'workload-token';
const LIFETIME_MS = 15 * 60_000;
const SWEPT_AT_ONCE = 20;

/**
 * The token is a reference: the user's JWT that belongs to it, which can have 10 KB, stays in the state. The token goes to an agent in three headers,
 * and a Node server refuses more than 16 KB of headers.
 */
export function issueWorkloadToken(store: Store, now: Date, claims: Omit<WorkloadToken, 'expiresAt'>): string {
  const expiresAt = now.getTime() + LIFETIME_MS;
  const token = `${expiresAt.toString(36).padStart(9, '0')}-${randomBytes(24).toString('base64url')}`;
  const { id } = parse(token)!;
  const sealed = store.sealer.seal(JSON.stringify({ ...bindToIdentity(store, claims), expiresAt }), purpose(claims, id));
  store.transaction(() => {
    sweep(store, claims, now);
    store.items.put(WORKLOAD_TOKEN, claims, id, { sealed });
  });
  return token;
}

/** Throws for a token that was never issued, has expired, or belongs to another account or region. */
export function openWorkloadToken(store: Store, now: Date, scope: Scope, token: string): WorkloadToken {
  const parsed = parse(token);
  if (parsed && parsed.expiresAt <= now.getTime()) throw accessDenied('Token has expired. Please generate a new token.');
  const item = parsed && store.items.get<{ sealed: string }>(WORKLOAD_TOKEN, scope, parsed.id);
  const text = item && store.sealer.open(item.sealed, purpose(scope, parsed.id));
  if (text === undefined)
    throw new AwsError(
      'UnauthorizedException',
      401,
      'The workload access token is not valid: it was not issued by this service, or was changed.',
    );
  return requireSameIdentity(store, JSON.parse(text) as WorkloadToken);
}

/** The state keeps only a digest of a token. The time comes first, so that expired tokens are found without reading the others. */
function parse(token: string): { id: string; expiresAt: number } | undefined {
  const [, time, random] = /^([0-9a-z]{9})-([\w-]{32})$/.exec(token) ?? [];
  if (time === undefined || random === undefined) return undefined;
  return { id: `${time}-${createHash('sha256').update(random).digest('hex')}`, expiresAt: Number.parseInt(time, 36) };
}

/** Deletes a few expired tokens at each issue, so that their number stays in proportion to the invocations of the last 15 minutes. */
function sweep(store: Store, scope: Scope, now: Date): void {
  for (const { id } of store.items.list(WORKLOAD_TOKEN, scope, { limit: SWEPT_AT_ONCE })) {
    if (Number.parseInt(id.slice(0, 9), 36) > now.getTime()) return;
    store.items.delete(WORKLOAD_TOKEN, scope, id);
  }
}

function purpose({ accountId, region }: Scope, id: string): string {
  return `${WORKLOAD_TOKEN}:${accountId}:${region}:${id}`;
}
