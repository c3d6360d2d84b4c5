import type { DescribeLogGroupsCommandInput, DescribeLogGroupsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import type { StoredItem } from '../../store/items.ts';
import { listPage } from '../page.ts';
import { invalidParameter, LOG_GROUP, logGroupArn, logStreamArn, type LogGroupItem } from './log-items.ts';

export const describeLogGroups = defineOperation<DescribeLogGroupsCommandInput, DescribeLogGroupsCommandOutput>({
  authorize: (_input, context) => [{ resources: [logStreamArn(context, '', '')] }],
  handle({ logGroupNamePrefix, logGroupNamePattern, nextToken, limit = 50 }, context) {
    if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined)
      throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    const { store } = context.emulator;
    const page = listPage<LogGroupItem>(store, LOG_GROUP, context, {
      limit,
      token: nextToken,
      badToken: () => invalidParameter('The specified nextToken is invalid.'),
      ...(logGroupNamePrefix === undefined ? {} : { prefix: logGroupNamePrefix }),
    });
    // AWS filters a page after it was read, too: a page may hold less than was asked for, and still not be the last.
    const shown = page.items.filter(({ id }) => id.toLowerCase().includes(logGroupNamePattern?.toLowerCase() ?? ''));
    return { logGroups: shown.map(describe), nextToken: page.nextToken };

    function describe({ id, value }: StoredItem<LogGroupItem>) {
      const arn = logGroupArn(context, id);
      return {
        logGroupName: id,
        creationTime: value.createdAt,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        // A search by pattern does not answer it.
        ...(logGroupNamePattern === undefined ? { storedBytes: store.logs.bytes(context, id) } : {}),
        logGroupClass: value.logGroupClass ?? ('STANDARD' as const),
        deletionProtectionEnabled: false,
        ...(value.retentionInDays === undefined ? {} : { retentionInDays: value.retentionInDays }),
      };
    }
  },
});
