import { LOG_GROUP } from '../services/logs/log-items.ts';
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

/** The youngest lines of every log group, or of one; the oldest first. `limit` counts lines and is 1000 unless given. */
export function readLogs(
  { store }: { store: Store },
  { group, limit = 1000 }: { group?: string | undefined; limit?: number } = {},
): LogLine[] {
  const groups = store.items.all<unknown>(LOG_GROUP).filter(({ id }) => group === undefined || id === group);
  return groups
    .flatMap(({ accountId, region, id }) =>
      store.logs
        .read({ accountId, region }, { group: id, descending: true, limit })
        .map(({ stream, timestamp, message, id: order }) => ({ accountId, region, group: id, stream, timestamp, message, order })),
    )
    .sort((a, b) => a.timestamp - b.timestamp || a.order - b.order)
    .slice(-limit)
    .map(({ timestamp, order: _order, ...line }) => ({ ...line, at: new Date(timestamp).toISOString() }));
}
