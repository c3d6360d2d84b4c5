import type { StoredLogEvent } from '../../store/log-events.ts';

/** One answer of the service holds messages of 1 MB, and at least one. */
export const MAX_ANSWER_BYTES = 1_048_576;

/** As many events from the start as fit into one answer. */
export function withinBytes(events: readonly StoredLogEvent[]): StoredLogEvent[] {
  let bytes = 0;
  const count = events.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message);
    return bytes > MAX_ANSWER_BYTES && index > 0;
  });
  return events.slice(0, count < 0 ? events.length : count);
}
