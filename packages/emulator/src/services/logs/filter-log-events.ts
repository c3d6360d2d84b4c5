import type { FilterLogEventsCommandInput, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import type { StoredLogEvent } from '../../store/log-events.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { groupName, invalidParameter, onGroup, requireGroup } from './log-items.ts';
import { decodePosition, encodePosition } from './tokens.ts';
import { withinBytes } from './within-bytes.ts';

/** Events that are looked at for one page. AWS, too, answers after a while with what it has, and a token. */
const MAX_SCANNED = 50_000;

export const filterLogEvents = defineOperation<FilterLogEventsCommandInput, FilterLogEventsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier }, context) => onGroup(context, groupName(context, logGroupName, logGroupIdentifier)),
  handle(input, context) {
    const { logStreamNames, logStreamNamePrefix, startTime, endTime, filterPattern = '', nextToken, limit = 10_000 } = input;
    if (logStreamNames !== undefined && logStreamNamePrefix !== undefined)
      throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const { store } = context.emulator;
    requireGroup(store, context, group);
    const matches = compileFilterPattern(filterPattern);
    const isWanted = ({ stream, message }: StoredLogEvent) =>
      (logStreamNames?.includes(stream) ?? true) && stream.startsWith(logStreamNamePrefix ?? '') && matches(message);
    const scanned = store.logs.read(context, {
      group,
      from: startTime,
      // Of this operation, unlike GetLogEvents, the end is included.
      to: endTime === undefined ? undefined : endTime + 1,
      after: nextToken === undefined ? undefined : decodePosition(nextToken),
      limit: MAX_SCANNED,
    });
    const wanted = scanned.filter(isWanted);
    const shown = withinBytes(wanted.slice(0, limit));
    // Where this page ends: at its last event, or, when all that was found is on it, where the search ended.
    const end = shown.length < wanted.length ? shown.at(-1) : scanned.length === MAX_SCANNED ? scanned.at(-1) : undefined;
    return {
      events: shown.map(({ stream, timestamp, message, ingested, id }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: ingested,
        eventId: `${timestamp}${String(id).padStart(43, '0')}`,
      })),
      searchedLogStreams: [],
      nextToken: end === undefined ? undefined : encodePosition(end),
    };
  },
});
