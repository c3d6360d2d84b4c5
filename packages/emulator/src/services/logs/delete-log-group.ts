import type { DeleteLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { LOG_GROUP, LOG_STREAM, onGroup, requireGroup, streamId } from './log-items.ts';

export const deleteLogGroup = defineOperation<DeleteLogGroupCommandInput, object>({
  authorize: ({ logGroupName }, context) => onGroup(context, logGroupName!),
  handle({ logGroupName }, context) {
    const { store } = context.emulator;
    requireGroup(store, context, logGroupName!);
    store.transaction(() => {
      store.logs.delete(context, logGroupName!);
      for (const { id } of store.items.list(LOG_STREAM, context, { prefix: streamId(logGroupName!, '') }))
        store.items.delete(LOG_STREAM, context, id);
      store.items.delete(LOG_GROUP, context, logGroupName!);
    });
    return {};
  },
});
