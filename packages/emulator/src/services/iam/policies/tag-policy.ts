import type { TagPolicyCommandInput, TagPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { mergeTags } from '../tags.ts';
import { policyAccess, requireOwnPolicy, savePolicy } from './policy.ts';

export const tagPolicy = defineOperation<TagPolicyCommandInput, TagPolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle(input, context) {
    const policy = requireOwnPolicy(context, input.PolicyArn!, 'TagPolicy');
    savePolicy(context, { ...policy, tags: mergeTags(policy.tags, input.Tags ?? []) });
    return {};
  },
});
