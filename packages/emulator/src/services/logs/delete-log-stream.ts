import type { DeleteLogStreamCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { LOG_STREAM, onStream, requireStream, streamId } from './log-items.ts';

export const deleteLogStream = defineOperation<DeleteLogStreamCommandInput, object>({
  authorize: ({ logGroupName, logStreamName }, context) => onStream(context, logGroupName!, logStreamName!),
  handle({ logGroupName, logStreamName }, context) {
    const { store } = context.emulator;
    requireStream(store, context, logGroupName!, logStreamName!);
    store.transaction(() => {
      store.logs.delete(context, logGroupName!, logStreamName!);
      store.items.delete(LOG_STREAM, context, streamId(logGroupName!, logStreamName!));
    });
    return {};
  },
});
