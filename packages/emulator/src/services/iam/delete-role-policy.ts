import type { DeleteRolePolicyCommandInput, DeleteRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { noSuchEntity, requireRole, roleAccess, saveRole } from './role.ts';

export const deleteRolePolicy = defineOperation<DeleteRolePolicyCommandInput, DeleteRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle({ RoleName: roleName, PolicyName: policyName }, context) {
    const role = requireRole(context, roleName!);
    const { [policyName!]: removed, ...inlinePolicies } = role.inlinePolicies;
    if (removed === undefined) throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
    saveRole(context, { ...role, inlinePolicies });
    return {};
  },
});
