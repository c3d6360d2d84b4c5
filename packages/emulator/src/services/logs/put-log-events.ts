import type { PutLogEventsCommandInput, PutLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../gateway/operation.ts';
import { appendEvents } from './append-events.ts';
import { invalidParameter, onStream, requireStream } from './log-items.ts';
import { expiredBefore } from './retention.ts';

const HOUR_MS = 3_600_000;
const MAX_BATCH_BYTES = 1_048_576;
/** Counted for each event beside its message. */
const EVENT_OVERHEAD_BYTES = 26;

export const putLogEvents = defineOperation<PutLogEventsCommandInput, PutLogEventsCommandOutput>({
  authorize: ({ logGroupName, logStreamName }, context) => onStream(context, logGroupName!, logStreamName!),
  handle(input, context) {
    const { store, now } = context.emulator;
    const group = input.logGroupName!;
    const stream = input.logStreamName!;
    const events = input.logEvents!.map(({ timestamp, message }) => ({ timestamp: Math.trunc(timestamp!), message: message! }));
    const item = requireStream(store, context, group, stream);
    checkBatch(events);
    const ingested = now().getTime();
    // What is too old or too new is left out and told; the rest is taken.
    const expired = countUntil(events, ({ timestamp }) => timestamp >= (expiredBefore(item, now()) ?? 0));
    const tooOld = countUntil(events, ({ timestamp }) => timestamp >= ingested - 14 * 24 * HOUR_MS);
    const tooNew = countUntil(events, ({ timestamp }) => timestamp > ingested + 2 * HOUR_MS);
    const taken = events.slice(Math.max(expired, tooOld), tooNew);
    store.transaction(() => appendEvents(context.emulator, context, { group, item, stream }, taken));
    const rejected = {
      ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
      ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
      ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    };
    // A token is answered for old clients, and whatever is sent is taken: so since 2023.
    return {
      nextSequenceToken: String(ingested).padStart(56, '4'),
      ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}),
    };
  },
});

function countUntil<T>(list: readonly T[], stop: (item: T) => boolean): number {
  const index = list.findIndex(stop);
  return index < 0 ? list.length : index;
}

function checkBatch(events: readonly { timestamp: number; message: string }[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
  if (bytes > MAX_BATCH_BYTES) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? timestamp)))
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  if (events.at(-1)!.timestamp - events[0]!.timestamp > 24 * HOUR_MS)
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
}
