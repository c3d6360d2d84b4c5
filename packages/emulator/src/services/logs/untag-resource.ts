import type { UntagResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { groupOfArn, LOG_GROUP, requireGroup } from './log-items.ts';

export const untagResource = defineOperation<UntagResourceCommandInput, object>({
  authorize: ({ resourceArn }) => [{ resources: [resourceArn!] }],
  handle({ resourceArn, tagKeys }, context) {
    const { store } = context.emulator;
    const name = groupOfArn(context, resourceArn!);
    const group = requireGroup(store, context, name);
    const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !tagKeys!.includes(key)));
    store.items.put(LOG_GROUP, context, name, { ...group, tags });
    return {};
  },
});
