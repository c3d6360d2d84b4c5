import type { ListRoleTagsCommandInput, ListRoleTagsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listNames } from './list-names.ts';
import { requireRole, roleArn } from './role.ts';

/** Tags come in the order of their keys. */
export const listRoleTags = defineOperation<ListRoleTagsCommandInput, ListRoleTagsCommandOutput>({
  authorize: (input, context) => [{ resources: [roleArn(context, input.RoleName!)] }],
  handle(input, context) {
    const { tags } = requireRole(context, input.RoleName!);
    const { names, ...page } = listNames(
      'role-tags',
      tags.map((tag) => tag.Key!),
      input,
    );
    return { Tags: names.map((name) => tags.find((tag) => tag.Key === name)!), ...page };
  },
});
