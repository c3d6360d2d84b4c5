import type { DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { groupName, invalidParameter, LOG_STREAM, logStreamArn, onGroup, requireGroup, streamId, type LogStreamItem } from './log-items.ts';

export const describeLogStreams = defineOperation<DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier }, context) => onGroup(context, groupName(context, logGroupName, logGroupIdentifier)),
  handle(input, context) {
    const { logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, nextToken, limit = 50 } = input;
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const { store } = context.emulator;
    requireGroup(store, context, group);
    if (orderBy === 'LastEventTime' && logStreamNamePrefix !== '')
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const streams = store.items
      .list<LogStreamItem>(LOG_STREAM, context, { prefix: streamId(group, logStreamNamePrefix) })
      .map(({ id, value }) => {
        const logStreamName = id.slice(group.length + 1);
        const summary = store.logs.summary(context, group, logStreamName);
        return {
          logStreamName,
          creationTime: value.createdAt,
          arn: logStreamArn(context, group, logStreamName),
          // Deprecated: the service answers 0 since 2019.
          storedBytes: 0,
          ...(summary && {
            firstEventTimestamp: summary.first,
            lastEventTimestamp: summary.last,
            lastIngestionTime: summary.lastIngested,
          }),
        };
      });
    if (orderBy === 'LastEventTime') streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
    if (descending) streams.reverse();
    const start = nextToken === undefined ? 0 : streams.findIndex(({ logStreamName }) => logStreamName === decode(nextToken)) + 1;
    const shown = streams.slice(start, start + limit);
    const more = start + limit < streams.length;
    return { logStreams: shown, nextToken: more ? encode(shown.at(-1)!.logStreamName) : undefined };
  },
});

const encode = (name: string) => Buffer.from(`stream:${name}`).toString('base64url');

function decode(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('stream:')) throw invalidParameter('The specified nextToken is invalid.');
  return text.slice('stream:'.length);
}
