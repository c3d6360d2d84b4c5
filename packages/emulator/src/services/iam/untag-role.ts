import type { UntagRoleCommandInput, UntagRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';

export const untagRole = defineOperation<UntagRoleCommandInput, UntagRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!, { 'aws:TagKeys': input.TagKeys ?? [] }),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    saveRole(context, { ...role, tags: role.tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) });
    return {};
  },
});
