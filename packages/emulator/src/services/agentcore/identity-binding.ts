import { AwsError } from '../../gateway/aws-error.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { findWorkloadIdentity } from './workload-identity.ts';

/** Of a workload identity, by its name and by what only this one has. */
export interface BoundWorkload extends Scope {
  workloadName: string;
  /** Absent where the identity was made by an emulator that gave none. */
  identityId?: string;
}

/** Binds what is issued for an identity to it: another one that gets its name later has nothing of it. */
export function bindToIdentity<T extends BoundWorkload>(store: Store, claims: T): T {
  const identityId = findWorkloadIdentity(store, claims, claims.workloadName)?.identityId;
  return identityId === undefined ? claims : { ...claims, identityId };
}

/** Throws where the identity was deleted and its name given to another one. Whether there is one at all is for the operation to say. */
export function requireSameIdentity<T extends BoundWorkload>(store: Store, claims: T): T {
  const identity = findWorkloadIdentity(store, claims, claims.workloadName);
  if (identity && identity.identityId !== claims.identityId)
    throw new AwsError(
      'UnauthorizedException',
      401,
      `The workload access token is not valid: the workload identity that it was issued for was deleted, and ${claims.workloadName} is another one now. Get a new token.`,
    );
  return claims;
}
