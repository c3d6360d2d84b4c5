import type { TagRoleCommandInput, TagRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';
import { mergeTags } from './tags.ts';

export const tagRole = defineOperation<TagRoleCommandInput, TagRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    saveRole(context, { ...role, tags: mergeTags(role.tags, input.Tags ?? []) });
    return {};
  },
});
