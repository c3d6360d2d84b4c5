import type { CreateLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { alreadyExists, LOG_GROUP, logGroupArn, onGroup, type LogGroupItem } from './log-items.ts';

export const createLogGroup = defineOperation<CreateLogGroupCommandInput, object>({
  authorize: ({ logGroupName, tags }, context) => [
    ...onGroup(context, logGroupName!),
    ...(tags === undefined ? [] : [{ action: 'logs:TagResource', resources: [logGroupArn(context, logGroupName!)] }]),
  ],
  handle(input, context) {
    const { logGroupName, tags = {}, logGroupClass } = input;
    const { store, now } = context.emulator;
    if (store.items.get(LOG_GROUP, context, logGroupName!)) throw alreadyExists('group');
    store.items.put(LOG_GROUP, context, logGroupName!, {
      createdAt: now().getTime(),
      tags,
      ...(logGroupClass === undefined ? {} : { logGroupClass }),
    } satisfies LogGroupItem);
    return {};
  },
});
