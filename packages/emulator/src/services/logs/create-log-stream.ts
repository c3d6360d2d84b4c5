import type { CreateLogStreamCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { alreadyExists, LOG_STREAM, onStream, requireGroup, streamId, type LogStreamItem } from './log-items.ts';

export const createLogStream = defineOperation<CreateLogStreamCommandInput, object>({
  authorize: ({ logGroupName, logStreamName }, context) => onStream(context, logGroupName!, logStreamName!),
  handle({ logGroupName, logStreamName }, context) {
    const { store, now } = context.emulator;
    requireGroup(store, context, logGroupName!);
    const id = streamId(logGroupName!, logStreamName!);
    if (store.items.get(LOG_STREAM, context, id)) throw alreadyExists('stream');
    store.items.put(LOG_STREAM, context, id, { createdAt: now().getTime() } satisfies LogStreamItem);
    return {};
  },
});
