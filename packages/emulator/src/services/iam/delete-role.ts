import type { DeleteRoleCommandInput, DeleteRoleCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { refuseInUse } from './delete-conflict.ts';
import { iamScope } from './iam-scope.ts';
import { listInstanceProfiles } from './instance-profiles/instance-profile.ts';
import { requireRole, ROLE, roleAccess } from './role.ts';

export const deleteRole = defineOperation<DeleteRoleCommandInput, DeleteRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    const { emulator, accountId } = context;
    refuseInUse({
      'delete policies': Object.keys(role.inlinePolicies).length > 0,
      'detach all policies': role.attachedPolicyArns.length > 0,
      'remove roles from instance profile': listInstanceProfiles(emulator.store, accountId).some(
        ({ roleName }) => roleName === role.roleName,
      ),
    });
    emulator.store.items.delete(ROLE, iamScope(accountId), role.roleName);
    return {};
  },
});
