import type { GetPolicyCommandInput, GetPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { requirePolicy } from './any-policy.ts';
import { describePolicy } from './describe-policy.ts';
import { policyUses } from './policy-uses.ts';
import { policyAccess } from './policy.ts';

export const getPolicy = defineOperation<GetPolicyCommandInput, GetPolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn }, context) {
    const policy = requirePolicy(context, arn!);
    // Unlike GetRole, it says so when there are no tags.
    return { Policy: { Tags: policy.tags, ...describePolicy(policy, policyUses(context.emulator.store, context.accountId)(arn!)) } };
  },
});
