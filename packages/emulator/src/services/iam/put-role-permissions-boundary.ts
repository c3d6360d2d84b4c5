import type { PutRolePermissionsBoundaryCommandInput, PutRolePermissionsBoundaryCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { checkBoundary } from './check-boundary.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';

export const putRolePermissionsBoundary = defineOperation<PutRolePermissionsBoundaryCommandInput, PutRolePermissionsBoundaryCommandOutput>({
  // The key has the boundary that the role is to get: so a policy can say which one may be set.
  authorize: (input, context) => roleAccess(context, input.RoleName!, { 'iam:PermissionsBoundary': input.PermissionsBoundary! }),
  handle({ RoleName: roleName, PermissionsBoundary: permissionsBoundary }, context) {
    const role = requireRole(context, roleName!);
    checkBoundary(context, permissionsBoundary!);
    saveRole(context, { ...role, permissionsBoundary: permissionsBoundary! });
    return {};
  },
});
