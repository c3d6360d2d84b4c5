import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';

/** On whose behalf a workload acts. The token is there only where it may be exchanged, and is no part of who the user is. */
export type WorkloadUser = { type: 'id'; userId: string } | { type: 'jwt'; issuer: string; subject: string; token?: string };

/** What a workload access token says: which agent, and on whose behalf. Opaque to everyone but this service. */
export interface WorkloadToken extends Scope {
  workloadName: string;
  /** Absent for the bare workload. */
  user?: WorkloadUser;
  expiresAt: number;
}

const PURPOSE = 'workload-access-token';
const LIFETIME_MS = 15 * 60_000;

export function issueWorkloadToken(
  store: Store,
  now: Date,
  claims: Omit<WorkloadToken, 'expiresAt'>,
  lifetimeMs: number = LIFETIME_MS,
): string {
  return store.sealer.seal(JSON.stringify({ ...claims, expiresAt: now.getTime() + lifetimeMs }), PURPOSE);
}

/** Throws for a token that was forged or changed, has expired, or belongs to another account or region. */
export function openWorkloadToken(store: Store, now: Date, { accountId, region }: Scope, token: string): WorkloadToken {
  const text = store.sealer.open(token, PURPOSE);
  if (text === undefined) throw refused('The workload access token is not valid: it was not issued by this service, or was changed.');
  const claims = JSON.parse(text) as WorkloadToken;
  if (claims.accountId !== accountId || claims.region !== region)
    throw refused('The workload access token is not valid: it was issued for another account or region.');
  if (claims.expiresAt <= now.getTime())
    throw refused('The workload access token has expired. Get a new one: the runtime sends one with every invocation.');
  return claims;
}

function refused(message: string): AwsError {
  return new AwsError('UnauthorizedException', 401, message);
}
