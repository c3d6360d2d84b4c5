import { LOG_GROUP } from '../services/logs/log-items.ts';
import type { Scope } from '../store/items.ts';
import type { StoredLogEvent } from '../store/log-events.ts';
import type { Store } from '../store/open-store.ts';

/** One line that an agent printed, or that somebody put into CloudWatch Logs. */
export interface LogLine {
  accountId: string;
  region: string;
  group: string;
  stream: string;
  /** ISO 8601. */
  at: string;
  message: string;
}

/** Lines in the order in which they came in, and where to go on. */
export interface Arrivals {
  lines: LogLine[];
  next: number;
}

const MAX_LINES = 1000;

/** The youngest lines of every log group, or of one; the oldest first. `limit` counts lines and is 1000 unless given. */
export function readLogs(
  { store }: { store: Store },
  { group, limit = MAX_LINES }: { group?: string | undefined; limit?: number } = {},
): LogLine[] {
  const groups = store.items.all<unknown>(LOG_GROUP).filter(({ id }) => group === undefined || id === group);
  return groups
    .flatMap(({ accountId, region, id }) =>
      store.logs
        .read({ accountId, region }, { group: id, descending: true, limit })
        .map((event) => ({ ...event, accountId, region, group: id })),
    )
    .toSorted((a, b) => a.timestamp - b.timestamp || a.id - b.id)
    .slice(-limit)
    .map(toLine);
}

/** What came in after an event that was seen, by its id: the oldest thousand lines of it. */
export function readArrivals({ store }: { store: Store }, { group, after }: { group?: string | undefined; after: number }): Arrivals {
  const events = store.logs.arrivals(after, MAX_LINES);
  return {
    lines: events.filter((event) => group === undefined || event.group === group).map(toLine),
    next: events.at(-1)?.id ?? after,
  };
}

function toLine({ accountId, region, group, stream, timestamp, message }: StoredLogEvent & Scope & { group: string }): LogLine {
  return { accountId, region, group, stream, at: new Date(timestamp).toISOString(), message };
}
