import type { GetLogEventsCommandInput, GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import type { LogPosition } from '../../store/log-events.ts';
import { groupName, invalidParameter, onStream, requireStream } from './log-items.ts';
import { visibleFrom } from './retention.ts';
import { decodePosition, encodePosition } from './tokens.ts';
import { withinBytes } from './within-bytes.ts';

/** Before the first event of every stream. */
const START: LogPosition = { timestamp: 0, id: 0 };

/**
 * One stream's events, the oldest first. Without a token and without startFromHead: the youngest page. A token is a place between two events, with
 * the way to go from there; at the end of a stream the token that was given comes back: that is how callers know.
 */
export const getLogEvents = defineOperation<GetLogEventsCommandInput, GetLogEventsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier, logStreamName }, context) =>
    onStream(context, groupName(context, logGroupName, logGroupIdentifier), logStreamName!),
  handle(input, context) {
    const { nextToken, startFromHead = false, startTime, endTime, limit = 10_000 } = input;
    const { store, now } = context.emulator;
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const stream = input.logStreamName!;
    const item = requireStream(store, context, group, stream);
    const direction = nextToken?.slice(0, 2);
    if (nextToken !== undefined && direction !== 'f/' && direction !== 'b/') throw invalidParameter('The specified nextToken is invalid.');
    const given = nextToken === undefined ? undefined : decodePosition(nextToken.slice(2));
    const backward = nextToken === undefined ? !startFromHead : direction === 'b/';
    const found = withinBytes(
      store.logs.read(context, {
        group,
        stream,
        from: visibleFrom(item, now(), startTime),
        to: endTime,
        ...(given && (backward ? { before: given } : { after: given })),
        descending: backward,
        limit,
      }),
    );
    const events = backward ? found.toReversed() : found;
    const first = events[0];
    return {
      events: events.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
      nextForwardToken: `f/${encodePosition(events.at(-1) ?? given ?? START)}`,
      // Right before the first event: no other has its time and a smaller id that is not before it.
      nextBackwardToken: `b/${encodePosition(first ? { timestamp: first.timestamp, id: first.id - 1 } : (given ?? START))}`,
    };
  },
});
