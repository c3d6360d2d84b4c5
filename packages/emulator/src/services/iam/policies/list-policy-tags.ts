import type { ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listTags } from '../tags.ts';
import { requirePolicy } from './any-policy.ts';

export const listPolicyTags = defineOperation<ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput>({
  authorize: (input) => [{ resources: [input.PolicyArn!] }],
  handle: (input, context) => listTags('policy-tags', requirePolicy(context, input.PolicyArn!).tags, input),
});
