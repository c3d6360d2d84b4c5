import type { DeleteRolePermissionsBoundaryCommandInput, DeleteRolePermissionsBoundaryCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';

/** What a role without a boundary may do, its own policies alone say: taking the boundary away can give permissions. */
export const deleteRolePermissionsBoundary = defineOperation<
  DeleteRolePermissionsBoundaryCommandInput,
  DeleteRolePermissionsBoundaryCommandOutput
>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const { permissionsBoundary: _, ...role } = requireRole(context, input.RoleName!);
    saveRole(context, role);
    return {};
  },
});
