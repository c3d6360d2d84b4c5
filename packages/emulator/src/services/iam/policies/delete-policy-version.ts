import type { DeletePolicyVersionCommandInput, DeletePolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { findVersion, policyAccess, requireOwnPolicy, savePolicy } from './policy.ts';

export const deletePolicyVersion = defineOperation<DeletePolicyVersionCommandInput, DeletePolicyVersionCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn, VersionId: versionId }, context) {
    const policy = requireOwnPolicy(context, arn!, 'DeletePolicyVersion');
    const version = findVersion(policy, versionId!);
    if (version.versionId === policy.defaultVersionId)
      throw new AwsError('DeleteConflict', 409, 'Cannot delete the default version of a policy.');
    savePolicy(context, { ...policy, versions: policy.versions.filter((one) => one !== version) });
    return {};
  },
});
