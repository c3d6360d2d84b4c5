import type { Store } from '../../../store/open-store.ts';
import { iamScope } from '../iam-scope.ts';
import { ROLE, type RoleItem } from '../role.ts';

/** Which roles of the account have a policy, and for which it is the boundary. */
export interface PolicyUses {
  attached: RoleItem[];
  boundary: RoleItem[];
}

const NONE: PolicyUses = { attached: [], boundary: [] };

/** Who uses which policy, by its ARN. Roles say it: so it is never out of step with them. */
export function policyUses(store: Store, accountId: string): (arn: string) => PolicyUses {
  const uses = new Map<string, PolicyUses>();
  const of = (arn: string) => {
    const known = uses.get(arn) ?? { attached: [], boundary: [] };
    uses.set(arn, known);
    return known;
  };
  for (const { value: role } of store.items.list<RoleItem>(ROLE, iamScope(accountId))) {
    for (const arn of role.attachedPolicyArns) of(arn).attached.push(role);
    if (role.permissionsBoundary !== undefined) of(role.permissionsBoundary).boundary.push(role);
  }
  return (arn) => uses.get(arn) ?? NONE;
}
