import type { Scope } from './items.ts';
import type { Statements } from './statements.ts';

/** The service counts so many bytes for each event beside its message. */
const EVENT_OVERHEAD_BYTES = 26;
/** An agent that prints without end must not fill the disk: of each group the youngest are kept. */
const LIMITS: Size = { events: 100_000, bytes: 64 * 1024 * 1024 };
/** What is left when a group is cut, so that it is not cut again by the next line. */
const KEPT = 0.98;
/** Events that are looked at together while the place for a cut is searched. */
const STEP = 1000;

export interface Size {
  events: number;
  bytes: number;
}

/** How much every log group holds, counted once and then kept up. */
export interface LogSizes {
  /** Counts events that were inserted, and deletes the oldest of their group when it holds too much. Answers whether it did. */
  add(scope: Scope, group: string, events: readonly { message: string }[]): boolean;
  bytes(scope: Scope, group: string): number;
  forget(): void;
}

export function createLogSizes({ prepare }: Statements, limits: Size = LIMITS): LogSizes {
  const count = prepare(
    'SELECT count(*) AS events, coalesce(sum(octet_length(message)), 0) AS bytes FROM log_events WHERE account = ? AND region = ? AND log_group = ?',
  );
  const oldest = prepare(
    `SELECT timestamp, id, octet_length(message) AS bytes FROM log_events INDEXED BY log_events_of_group
     WHERE account = ? AND region = ? AND log_group = ? ORDER BY timestamp, id LIMIT ?`,
  );
  const removeUntil = prepare(
    'DELETE FROM log_events WHERE account = ? AND region = ? AND log_group = ? AND timestamp <= ? AND (timestamp, id) <= (?, ?)',
  );
  const known = new Map<string, Size>();
  const keyOf = ({ accountId, region }: Scope, group: string) => `${accountId}\n${region}\n${group}`;

  const exceeds = ({ events, bytes }: Size, share: number) => events > limits.events * share || bytes > limits.bytes * share;
  const measure = ({ accountId, region }: Scope, group: string): Size => {
    const { events, bytes } = count.get(accountId, region, group) as Size;
    return { events, bytes: bytes + events * EVENT_OVERHEAD_BYTES };
  };
  const sizeOf = (scope: Scope, group: string): Size => {
    const key = keyOf(scope, group);
    const size = known.get(key) ?? measure(scope, group);
    known.set(key, size);
    return size;
  };

  /** Deletes from the start of the group until what is left is well within the limits. */
  const cut = ({ accountId, region }: Scope, group: string, size: Size): void => {
    while (exceeds(size, KEPT)) {
      let end: { timestamp: number; id: number } | undefined;
      for (const { timestamp, id, bytes } of oldest.all(accountId, region, group, STEP) as {
        timestamp: number;
        id: number;
        bytes: number;
      }[]) {
        if (!exceeds(size, KEPT)) break;
        size.events -= 1;
        size.bytes -= bytes + EVENT_OVERHEAD_BYTES;
        end = { timestamp, id };
      }
      if (end) removeUntil.run(accountId, region, group, end.timestamp, end.timestamp, end.id);
    }
  };

  return {
    add(scope, group, events) {
      const size = known.get(keyOf(scope, group));
      if (size) {
        size.events += events.length;
        for (const { message } of events) size.bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
      }
      const present = size ?? sizeOf(scope, group);
      if (!exceeds(present, 1)) return false;
      cut(scope, group, present);
      return true;
    },
    bytes: (scope, group) => sizeOf(scope, group).bytes,
    forget: () => known.clear(),
  };
}
