import type { ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { groupOfArn, requireGroup } from './log-items.ts';

export const listTagsForResource = defineOperation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
  authorize: ({ resourceArn }) => [{ resources: [resourceArn!] }],
  handle: ({ resourceArn }, context) => ({
    tags: requireGroup(context.emulator.store, context, groupOfArn(context, resourceArn!)).tags,
  }),
});
