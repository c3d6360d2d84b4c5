import type { ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listNames } from './list-names.ts';
import { requireRole, roleAccess } from './role.ts';

export const listRolePolicies = defineOperation<ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const { names, ...page } = listNames('role-policies', Object.keys(requireRole(context, input.RoleName!).inlinePolicies), input);
    return { PolicyNames: names, ...page };
  },
});
