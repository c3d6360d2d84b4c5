import type { ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listTags } from '../tags.ts';
import { requirePolicy } from './any-policy.ts';
import { policyAccess } from './policy.ts';

export const listPolicyTags = defineOperation<ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle: (input, context) => listTags('policy-tags', requirePolicy(context, input.PolicyArn!).tags, input),
});
