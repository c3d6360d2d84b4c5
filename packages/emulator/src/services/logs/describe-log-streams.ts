import type { DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { groupName, invalidParameter, LOG_STREAM, logStreamArn, onGroup, requireGroup, streamId, type LogStreamItem } from './log-items.ts';
import { decodeRank, encodeRank, type Rank } from './tokens.ts';

export const describeLogStreams = defineOperation<DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier }, context) => onGroup(context, groupName(context, logGroupName, logGroupIdentifier)),
  handle(input, context) {
    const { logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, nextToken, limit = 50 } = input;
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const { store } = context.emulator;
    requireGroup(store, context, group);
    const byTime = orderBy === 'LastEventTime';
    if (byTime && logStreamNamePrefix !== '') throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const summaries = store.logs.summaries(context, group);
    const rankOf = (name: string): Rank => ({ time: byTime ? (summaries.get(name)?.last ?? 0) : 0, name });
    const order = descending ? -1 : 1;
    const streams = store.items
      .list<LogStreamItem>(LOG_STREAM, context, { prefix: streamId(group, logStreamNamePrefix) })
      .map(({ id, value }) => ({ rank: rankOf(id.slice(group.length + 1)), createdAt: value.createdAt }))
      .toSorted((a, b) => order * compare(a.rank, b.rank));
    // By its rank, not by its name alone: the stream that a token was made for may be gone.
    const last = nextToken === undefined ? undefined : decodeRank(nextToken);
    const rest = last === undefined ? streams : streams.filter(({ rank }) => order * compare(rank, last) > 0);
    const shown = rest.slice(0, limit);
    return {
      logStreams: shown.map(({ rank: { name }, createdAt }) => describe(name, createdAt)),
      nextToken: shown.length < rest.length ? encodeRank(shown.at(-1)!.rank) : undefined,
    };

    function describe(name: string, createdAt: number) {
      const summary = summaries.get(name);
      return {
        logStreamName: name,
        creationTime: createdAt,
        arn: logStreamArn(context, group, name),
        // Deprecated: the service answers 0 since 2019.
        storedBytes: 0,
        ...(summary && {
          firstEventTimestamp: summary.first,
          lastEventTimestamp: summary.last,
          lastIngestionTime: summary.lastIngested,
        }),
      };
    }
  },
});

function compare(a: Rank, b: Rank): number {
  return a.time - b.time || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
