import type { ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listNames } from '../list-names.ts';
import { requirePolicy } from './any-policy.ts';
import { policyUses } from './policy-uses.ts';
import { policyAccess } from './policy.ts';

/** Roles only: there are no users and groups here that could have a policy. */
export const listEntitiesForPolicy = defineOperation<ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle(input, context) {
    const { PolicyArn: arn, EntityFilter: kind = 'Role', PathPrefix: prefix = '/', PolicyUsageFilter: usage } = input;
    requirePolicy(context, arn!);
    const { attached, boundary } = policyUses(context.emulator.store, context.accountId)(arn!);
    const using = usage === 'PermissionsPolicy' ? attached : usage === 'PermissionsBoundary' ? boundary : [...attached, ...boundary];
    const roles = new Map(kind === 'Role' ? using.filter(({ path }) => path.startsWith(prefix)).map((role) => [role.roleName, role]) : []);
    const { names, ...page } = listNames('policy-entities', [...roles.keys()], input);
    return {
      PolicyGroups: [],
      PolicyUsers: [],
      PolicyRoles: names.map((name) => ({ RoleName: name, RoleId: roles.get(name)!.roleId })),
      ...page,
    };
  },
});
