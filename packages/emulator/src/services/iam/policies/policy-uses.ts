import type { Store } from '../../../store/open-store.ts';
import { GROUP, type GroupItem } from '../groups/group.ts';
import { iamScope } from '../iam-scope.ts';
import { ROLE, type RoleItem } from '../role.ts';
import { listUsers } from '../users/user.ts';

/** A role, user or group that uses a policy. */
export interface PolicyUser {
  kind: 'Role' | 'User' | 'Group';
  name: string;
  id: string;
  path: string;
}

/** Who in the account has a policy, and for whom it is the boundary. */
export interface PolicyUses {
  attached: PolicyUser[];
  boundary: PolicyUser[];
}

const NONE: PolicyUses = { attached: [], boundary: [] };

/** Who uses which policy, by its ARN. Roles, users and groups say it: so it is never out of step with them. */
export function policyUses(store: Store, accountId: string): (arn: string) => PolicyUses {
  const uses = new Map<string, PolicyUses>();
  const of = (arn: string) => {
    const known = uses.get(arn) ?? { attached: [], boundary: [] };
    uses.set(arn, known);
    return known;
  };
  const add = (user: PolicyUser, { attachedPolicyArns, permissionsBoundary: boundary }: Partial<RoleItem>) => {
    for (const arn of attachedPolicyArns ?? []) of(arn).attached.push(user);
    if (boundary !== undefined) of(boundary).boundary.push(user);
  };
  for (const { value: role } of store.items.list<RoleItem>(ROLE, iamScope(accountId)))
    add({ kind: 'Role', name: role.roleName, id: role.roleId, path: role.path }, role);
  for (const { value: group } of store.items.list<GroupItem>(GROUP, iamScope(accountId)))
    add({ kind: 'Group', name: group.groupName, id: group.groupId, path: group.path }, group);
  for (const user of listUsers(store, accountId)) add({ kind: 'User', name: user.userName, id: user.userId, path: user.path }, user);
  return (arn) => uses.get(arn) ?? NONE;
}
