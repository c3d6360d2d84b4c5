import type { Principal } from '../iam/types.ts';
import { policyDocument } from '../services/iam/policies/any-policy.ts';
import { findGroup, type GroupItem } from '../services/iam/groups/group.ts';
import { findRole, type RoleItem } from '../services/iam/role.ts';
import { findUser, type UserItem } from '../services/iam/users/user.ts';
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
export function attachedPolicies(store: Store, principal: Principal): AttachedPolicies {
  if (principal.type === 'root') return { identity: [managed(ADMINISTRATOR)] };
  const { accountId } = principal;
  const holder = holderOf(store, principal);
  if (!holder || isSomebodyElse(holder, principal)) return { identity: [] };
  const groups = 'groups' in holder ? holder.groups.map((name) => findGroup(store, accountId, name)) : [];
  return {
    identity: [holder, ...groups].flatMap((one) => (one ? policiesOf(one) : [])),
    ...(!('permissionsBoundary' in holder) || holder.permissionsBoundary === undefined
      ? {}
      : { boundary: managed(holder.permissionsBoundary) }),
  };

  function policiesOf({ inlinePolicies, attachedPolicyArns }: Pick<RoleItem, 'inlinePolicies' | 'attachedPolicyArns'>): AttachedPolicy[] {
    const inline = Object.entries(inlinePolicies).map(([name, document]) => ({ name, isInline: true, document }));
    return [...inline, ...attachedPolicyArns.map(managed)];
  }

  function managed(arn: string): AttachedPolicy {
    return { name: nameOf(arn), isInline: false, document: policyDocument(store, accountId, arn) ?? NOTHING };
  }
}

/** Whose policies a principal has; of a group, a policy simulation asks. */
function holderOf(store: Store, { type, accountId, arn, roleArn }: Principal): RoleItem | UserItem | GroupItem | undefined {
  if (type === 'role') return roleArn === undefined ? undefined : findRole(store, accountId, nameOf(roleArn));
  if (type !== 'user') return undefined;
  return arn.includes(':group/') ? findGroup(store, accountId, nameOf(arn)) : findUser(store, accountId, nameOf(arn));
}

/** Credentials are of the role or user that they were made for: not of another one that was made later under the same name. */
function isSomebodyElse(holder: RoleItem | UserItem | GroupItem, { userId }: Principal): boolean {
  // Without an id it is nobody's session, but somebody that a policy simulation asks about.
  if (userId === undefined || 'groupId' in holder) return false;
  return userId.split(':', 1)[0] !== ('roleId' in holder ? holder.roleId : holder.userId);
}

const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
