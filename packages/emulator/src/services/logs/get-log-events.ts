import type { GetLogEventsCommandInput, GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import type { LogPosition, StoredLogEvent } from '../../store/log-events.ts';
import { groupName, invalidParameter, onStream, requireStream } from './log-items.ts';
import { decodePosition, encodePosition } from './tokens.ts';
import { withinBytes } from './within-bytes.ts';

/** One stream's events, the oldest first. Without a token and without startFromHead: the youngest page. */
export const getLogEvents = defineOperation<GetLogEventsCommandInput, GetLogEventsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier, logStreamName }, context) =>
    onStream(context, groupName(context, logGroupName, logGroupIdentifier), logStreamName!),
  handle(input, context) {
    const { nextToken, startFromHead = false, startTime, endTime, limit = 10_000 } = input;
    const { store } = context.emulator;
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const stream = input.logStreamName!;
    requireStream(store, context, group, stream);
    const direction = nextToken?.slice(0, 2);
    if (nextToken !== undefined && direction !== 'f/' && direction !== 'b/') throw invalidParameter('The specified nextToken is invalid.');
    const from = nextToken === undefined ? undefined : decodePosition(nextToken.slice(2));
    const backward = nextToken === undefined ? !startFromHead : direction === 'b/';
    const found = withinBytes(
      store.logs.read(context, {
        group,
        stream,
        from: startTime,
        to: endTime,
        ...(from && (backward ? { before: from } : { after: from })),
        descending: backward,
        limit,
      }),
    );
    const events = backward ? found.toReversed() : found;
    const { first, last } = ends(events, from);
    return {
      events: events.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
      nextForwardToken: `f/${encodePosition(last)}`,
      nextBackwardToken: `b/${encodePosition(first)}`,
    };
  },
});

/** Where the next page begins each way. At the end of a stream the token that was given comes back: that is how callers know. */
function ends(events: readonly StoredLogEvent[], given: LogPosition | undefined): { first: LogPosition; last: LogPosition } {
  const nowhere = given ?? { timestamp: 0, id: 0 };
  return { first: events[0] ?? nowhere, last: events.at(-1) ?? nowhere };
}
