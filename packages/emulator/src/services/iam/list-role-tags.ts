import type { ListRoleTagsCommandInput, ListRoleTagsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleAccess } from './role.ts';
import { listTags } from './tags.ts';

export const listRoleTags = defineOperation<ListRoleTagsCommandInput, ListRoleTagsCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle: (input, context) => listTags('role-tags', requireRole(context, input.RoleName!).tags, input),
});
