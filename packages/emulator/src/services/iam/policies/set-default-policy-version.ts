import type { SetDefaultPolicyVersionCommandInput, SetDefaultPolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { findVersion, policyAccess, requireOwnPolicy, savePolicy } from './policy.ts';

/** The next decision is by this version, wherever the policy is attached. */
export const setDefaultPolicyVersion = defineOperation<SetDefaultPolicyVersionCommandInput, SetDefaultPolicyVersionCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn, VersionId: versionId }, context) {
    const policy = requireOwnPolicy(context, arn!, 'SetDefaultPolicyVersion');
    savePolicy(context, { ...policy, defaultVersionId: findVersion(policy, versionId!).versionId });
    return {};
  },
});
