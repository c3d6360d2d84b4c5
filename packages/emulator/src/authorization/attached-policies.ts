import type { Principal } from '../iam/types.ts';
import { policyDocument } from '../services/iam/policies/any-policy.ts';
import { findRole } from '../services/iam/role.ts';
import type { Store } from '../store/open-store.ts';

/** A policy that hangs on somebody, as JSON. */
export interface AttachedPolicy {
  name: string;
  /** Whether it is part of the role, or a policy of its own with an ARN. */
  isInline: boolean;
  document: string;
}

export interface AttachedPolicies {
  identity: AttachedPolicy[];
  boundary?: AttachedPolicy;
}

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
/** A policy that is gone, or that this emulator does not know, grants nothing: to guess would be to allow. */
const NOTHING = '{"Version":"2012-10-17","Statement":[]}';

/** What the state holds about somebody at this moment: a policy's default version may be another one at the next request. */
export function attachedPolicies(store: Store, { type, accountId, roleArn, userId }: Principal): AttachedPolicies {
  // The administrator's key that the emulator prints at start.
  if (type === 'user' || type === 'root') return { identity: [managed(ADMINISTRATOR)] };
  const role = roleArn === undefined ? undefined : findRole(store, accountId, nameOf(roleArn));
  // A role that was deleted takes its sessions with it: another one that has its name now is not theirs.
  if (!role || (userId !== undefined && userId.split(':', 1)[0] !== role.roleId)) return { identity: [] };
  const inline = Object.entries(role.inlinePolicies).map(([name, document]) => ({ name, isInline: true, document }));
  return {
    identity: [...inline, ...role.attachedPolicyArns.map(managed)],
    ...(role.permissionsBoundary === undefined ? {} : { boundary: managed(role.permissionsBoundary) }),
  };

  function managed(arn: string): AttachedPolicy {
    return { name: nameOf(arn), isInline: false, document: policyDocument(store, accountId, arn) ?? NOTHING };
  }
}

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
