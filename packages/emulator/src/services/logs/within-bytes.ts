import type { StoredLogEvent } from '../../store/log-events.ts';

const MAX_BYTES = 1_048_576;

/** As many events from the start as fit into one answer of the service: 1 MB, and at least one. */
export function withinBytes(events: readonly StoredLogEvent[]): StoredLogEvent[] {
  let bytes = 0;
  const count = events.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message);
    return bytes > MAX_BYTES && index > 0;
  });
  return events.slice(0, count < 0 ? events.length : count);
}
