import type { PutRetentionPolicyCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter, LOG_GROUP, onGroup, requireGroup } from './log-items.ts';

const DAYS = new Set([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]);

export const putRetentionPolicy = defineOperation<PutRetentionPolicyCommandInput, object>({
  authorize: ({ logGroupName }, context) => onGroup(context, logGroupName!),
  handle({ logGroupName, retentionInDays }, context) {
    const { store } = context.emulator;
    const group = requireGroup(store, context, logGroupName!);
    if (!DAYS.has(retentionInDays!)) throw invalidParameter(`retentionInDays must be one of ${[...DAYS].join(', ')}.`);
    store.items.put(LOG_GROUP, context, logGroupName!, { ...group, retentionInDays });
    return {};
  },
});
