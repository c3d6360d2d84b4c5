import type { UpdateRoleCommandInput, UpdateRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { DEFAULT_SESSION_SECONDS, requireRole, roleAccess, saveRole } from './role.ts';

export const updateRole = defineOperation<UpdateRoleCommandInput, UpdateRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle({ RoleName: roleName, Description: description, MaxSessionDuration: maxSessionDuration = DEFAULT_SESSION_SECONDS }, context) {
    // AWS documents that a duration which is not given is an hour again; a description which is not given stays.
    saveRole(context, { ...requireRole(context, roleName!), ...(description === undefined ? {} : { description }), maxSessionDuration });
    return {};
  },
});
