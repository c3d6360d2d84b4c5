import type { DeleteRetentionPolicyCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { LOG_GROUP, onGroup, requireGroup } from './log-items.ts';

export const deleteRetentionPolicy = defineOperation<DeleteRetentionPolicyCommandInput, object>({
  authorize: ({ logGroupName }, context) => onGroup(context, logGroupName!),
  handle({ logGroupName }, context) {
    const { store } = context.emulator;
    const { retentionInDays: _days, ...group } = requireGroup(store, context, logGroupName!);
    store.items.put(LOG_GROUP, context, logGroupName!, group);
    return {};
  },
});
