import type { DeletePolicyCommandInput, DeletePolicyCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { iamScope } from '../iam-scope.ts';
import { policyUses } from './policy-uses.ts';
import { POLICY, policyAccess, requireOwnPolicy } from './policy.ts';

export const deletePolicy = defineOperation<DeletePolicyCommandInput, DeletePolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn }, context) {
    const { emulator, accountId } = context;
    const policy = requireOwnPolicy(context, arn!, 'DeletePolicy');
    const { attached, boundary } = policyUses(emulator.store, accountId)(arn!);
    if (attached.length + boundary.length > 0) throw conflict('Cannot delete a policy attached to entities.');
    if (policy.versions.length > 1) {
      throw conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    emulator.store.items.delete(POLICY, iamScope(accountId), policy.policyName);
    return {};
  },
});

function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', 409, message);
}
