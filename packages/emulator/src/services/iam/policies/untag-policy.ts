import type { UntagPolicyCommandInput, UntagPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { requireOwnPolicy, savePolicy } from './policy.ts';

export const untagPolicy = defineOperation<UntagPolicyCommandInput, UntagPolicyCommandOutput>({
  authorize: (input) => [{ resources: [input.PolicyArn!], context: { 'aws:TagKeys': input.TagKeys ?? [] } }],
  handle(input, context) {
    const policy = requireOwnPolicy(context, input.PolicyArn!, 'UntagPolicy');
    savePolicy(context, { ...policy, tags: policy.tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) });
    return {};
  },
});
