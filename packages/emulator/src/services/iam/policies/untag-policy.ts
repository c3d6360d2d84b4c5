import type { UntagPolicyCommandInput, UntagPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { policyAccess, requireOwnPolicy, savePolicy } from './policy.ts';

export const untagPolicy = defineOperation<UntagPolicyCommandInput, UntagPolicyCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!, { 'aws:TagKeys': input.TagKeys ?? [] }),
  handle(input, context) {
    const policy = requireOwnPolicy(context, input.PolicyArn!, 'UntagPolicy');
    savePolicy(context, { ...policy, tags: policy.tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) });
    return {};
  },
});
