import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listNames } from '../list-names.ts';
import { requirePolicy } from './any-policy.ts';
import { policyUses, type PolicyUser } from './policy-uses.ts';
import { policyAccess } from './policy.ts';

/** As in the answer. */
const ORDER: Readonly<Record<PolicyUser['kind'], number>> = { Group: 0, User: 1, Role: 2 };

export const listEntitiesForPolicy = defineOperation<ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle(input, context) {
    const { PolicyArn: arn, EntityFilter: kind, PathPrefix: prefix = '/', PolicyUsageFilter: usage } = input;
    requirePolicy(context, arn!);
    const { attached, boundary } = policyUses(context.emulator.store, context.accountId)(arn!);
    const using = usage === 'PermissionsPolicy' ? attached : usage === 'PermissionsBoundary' ? boundary : [...attached, ...boundary];
    const wanted = using.filter((user) => (kind === undefined || user.kind === kind) && user.path.startsWith(prefix));
    const byPlace = new Map(wanted.map((user) => [`${ORDER[user.kind]} ${user.name}`, user]));
    const { names, ...page } = listNames('policy-entities', [...byPlace.keys()], input);
    const shown = names.map((place) => byPlace.get(place)!);
    const of = (one: PolicyUser['kind']) => shown.filter((user) => user.kind === one);
    return {
      PolicyGroups: of('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    };
  },
});
