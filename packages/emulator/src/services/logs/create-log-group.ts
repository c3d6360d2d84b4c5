import type { CreateLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { alreadyExists, LOG_GROUP, onGroup, type LogGroupItem } from './log-items.ts';

export const createLogGroup = defineOperation<CreateLogGroupCommandInput, object>({
  authorize: ({ logGroupName }, context) => onGroup(context, logGroupName!),
  handle({ logGroupName, tags = {} }, context) {
    const { items } = context.emulator.store;
    if (items.get(LOG_GROUP, context, logGroupName!)) throw alreadyExists('group');
    items.put(LOG_GROUP, context, logGroupName!, { createdAt: context.emulator.now().getTime(), tags } satisfies LogGroupItem);
    return {};
  },
});
