import type { FilterLogEventsCommandInput, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import type { LogPosition, StoredLogEvent } from '../../store/log-events.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { groupName, invalidParameter, onGroup, requireGroup, requireStream } from './log-items.ts';
import { visibleFrom } from './retention.ts';
import { decodePosition, encodePosition } from './tokens.ts';
import { MAX_ANSWER_BYTES } from './within-bytes.ts';

/** Events that are looked at for one page. AWS, too, answers after a while with what it has, and a token. */
const MAX_SCANNED = 50_000;
const STEP = 1000;

export const filterLogEvents = defineOperation<FilterLogEventsCommandInput, FilterLogEventsCommandOutput>({
  authorize: ({ logGroupName, logGroupIdentifier }, context) => onGroup(context, groupName(context, logGroupName, logGroupIdentifier)),
  handle(input, context) {
    const { logStreamNames, logStreamNamePrefix = '', startTime, endTime, filterPattern = '', nextToken, limit = 10_000 } = input;
    if (logStreamNames !== undefined && logStreamNamePrefix !== '')
      throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
    const group = groupName(context, input.logGroupName, input.logGroupIdentifier);
    const { store, now } = context.emulator;
    const item = requireGroup(store, context, group);
    for (const stream of logStreamNames ?? []) requireStream(store, context, group, stream);
    const matches = compileFilterPattern(filterPattern);
    const isWanted = ({ stream, message }: StoredLogEvent) =>
      (logStreamNames?.includes(stream) ?? true) && stream.startsWith(logStreamNamePrefix) && matches(message);
    const from = visibleFrom(item, now(), startTime);
    // Of this operation, unlike GetLogEvents, the end is included.
    const to = endTime === undefined ? undefined : endTime + 1;
    const stream = logStreamNames?.length === 1 ? logStreamNames[0] : undefined;

    const shown: StoredLogEvent[] = [];
    const end = search(nextToken === undefined ? undefined : decodePosition(nextToken));
    return {
      events: shown.map(({ stream: logStreamName, timestamp, message, ingested, id }) => ({
        logStreamName,
        timestamp,
        message,
        ingestionTime: ingested,
        eventId: `${timestamp}${String(id).padStart(43, '0')}`,
      })),
      searchedLogStreams: [],
      nextToken: end && encodePosition(end),
    };

    /** Fills the page. Answers where the next one begins; undefined when there is nothing more. */
    function search(after: LogPosition | undefined): LogPosition | undefined {
      let bytes = 0;
      let position = after;
      for (let scanned = 0; scanned < MAX_SCANNED; scanned += STEP) {
        const events = store.logs.read(context, { group, stream, from, to, after: position, limit: STEP });
        for (const event of events) {
          if (isWanted(event)) {
            bytes += Buffer.byteLength(event.message);
            if (shown.length === Math.trunc(limit) || (bytes > MAX_ANSWER_BYTES && shown.length > 0)) return position;
            shown.push(event);
          }
          position = event;
        }
        if (events.length < STEP) return undefined;
      }
      return position;
    }
  },
});
