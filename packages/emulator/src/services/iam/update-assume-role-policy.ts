import type { UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleAccess, saveRole, trustOf } from './role.ts';

export const updateAssumeRolePolicy = defineOperation<UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    saveRole(context, { ...role, ...trustOf(context, input.PolicyDocument!) });
    return {};
  },
});
