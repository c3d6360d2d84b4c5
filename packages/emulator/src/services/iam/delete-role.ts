import type { DeleteRoleCommandInput, DeleteRoleCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { iamScope } from './iam-scope.ts';
import { requireRole, ROLE, roleAccess } from './role.ts';
import { unbindPrincipal } from './unbind-principal.ts';

export const deleteRole = defineOperation<DeleteRoleCommandInput, DeleteRoleCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    if (Object.keys(role.inlinePolicies).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
    if (role.attachedPolicyArns.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
    const { store } = context.emulator;
    store.transaction(() => {
      store.items.delete(ROLE, iamScope(context.accountId), role.roleName);
      unbindPrincipal(store, role.arn, role.roleId);
    });
    return {};
  },
});

function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', 409, message);
}
