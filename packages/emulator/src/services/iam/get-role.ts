import type { GetRoleCommandInput, GetRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { describeRole, requireRole, roleAccess } from './role.ts';

export const getRole = defineOperation<GetRoleCommandInput, GetRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  // When a role was last used is not recorded here: so it is empty, as of a role that was never used.
  handle: (input, context) => ({
    Role: { ...describeRole(context.emulator.store, requireRole(context, input.RoleName!)), RoleLastUsed: {} },
  }),
});
