import type { UpdateRoleDescriptionCommandInput, UpdateRoleDescriptionCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { describeRole, requireRole, roleAccess, saveRole } from './role.ts';

export const updateRoleDescription = defineOperation<UpdateRoleDescriptionCommandInput, UpdateRoleDescriptionCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle({ RoleName: roleName, Description: description }, context) {
    const role = { ...requireRole(context, roleName!), description: description! };
    saveRole(context, role);
    return { Role: describeRole(context.emulator.store, role) };
  },
});
