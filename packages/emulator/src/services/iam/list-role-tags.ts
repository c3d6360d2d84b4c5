import type { ListRoleTagsCommandInput, ListRoleTagsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRole, roleArn } from './role.ts';

export const listRoleTags = defineOperation<ListRoleTagsCommandInput, ListRoleTagsCommandOutput>({
  authorize: (input, context) => [{ resources: [roleArn(context, input.RoleName!)] }],
  // A role has at most 50 tags: they always fit one page.
  handle: (input, context) => ({ Tags: requireRole(context, input.RoleName!).tags, IsTruncated: false }),
});
