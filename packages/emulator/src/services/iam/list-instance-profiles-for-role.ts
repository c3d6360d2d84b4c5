import type { ListInstanceProfilesForRoleCommandInput, ListInstanceProfilesForRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listNames } from './list-names.ts';
import { requireRole, roleAccess } from './role.ts';

/** Nobody can make an instance profile here, so no role is in one. Tools that delete roles ask nevertheless. */
export const listInstanceProfilesForRole = defineOperation<
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput
>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    requireRole(context, input.RoleName!);
    const { IsTruncated } = listNames('instance-profiles', [], input);
    return { InstanceProfiles: [], IsTruncated };
  },
});
