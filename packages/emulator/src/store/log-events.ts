import { createLogSizes, type Size } from './log-sizes.ts';
import type { Scope } from './items.ts';
import type { Statements } from './statements.ts';

/** A gap in the order of a group or stream: right after the event with this time and id, where there is one. */
export interface LogPosition {
  /** Milliseconds since 1970. */
  timestamp: number;
  id: number;
}

/** Events are ordered by their time, and then as they came in: ids only grow. */
export interface StoredLogEvent extends LogPosition {
  stream: string;
  ingested: number;
  message: string;
}

export interface LogQuery {
  group: string;
  /** Default: every stream of the group. */
  stream?: string | undefined;
  /** Milliseconds since 1970; `from` is included, `to` is not. */
  from?: number | undefined;
  to?: number | undefined;
  /** Only what lies behind this position. */
  after?: LogPosition | undefined;
  /** Only what lies before this position. */
  before?: LogPosition | undefined;
  /** The youngest first. */
  descending?: boolean;
  limit: number;
}

export interface LogSummary {
  first: number;
  last: number;
  lastIngested: number;
}

/** Lines of logs, by group and stream, in the order of their time. */
export interface LogEvents {
  /** Adds events; the oldest of the group go when it holds too many. Answers whether some went. */
  append(scope: Scope, group: string, stream: string, events: readonly { timestamp: number; message: string }[], ingested: number): boolean;
  read(scope: Scope, query: LogQuery): StoredLogEvent[];
  /** Events of every account as they came in, those with an id above `after`. */
  arrivals(after: number, limit: number): (StoredLogEvent & Scope & { group: string })[];
  /** The id of the last event that came in. */
  lastId(): number;
  /** By the name of the stream. Streams without events are not in it. */
  summaries(scope: Scope, group: string): Map<string, LogSummary>;
  has(scope: Scope, group: string, stream: string): boolean;
  /** How much a group holds, as the service counts it: 26 bytes for each event beside its message. */
  bytes(scope: Scope, group: string): number;
  /** Deletes what is older than `before`, in milliseconds since 1970. Answers whether there was any. */
  expire(scope: Scope, group: string, before: number): boolean;
  delete(scope: Scope, group: string, stream?: string): void;
  /** Forgets what was counted: after a transaction that was rolled back, or when the state was replaced. */
  forget(): void;
}

const OF_GROUP = 'account = ? AND region = ? AND log_group = ?';

/** Of each group the youngest events within `limits` are kept; default: 100,000 events and 64 MB. */
export function createLogEvents(statements: Statements, limits?: Size): LogEvents {
  const { prepare } = statements;
  const sizes = createLogSizes(statements, limits);
  const insert = prepare(
    'INSERT INTO log_events (account, region, log_group, stream, timestamp, ingested, message) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const read = (direction: 'ASC' | 'DESC', of: 'group' | 'stream') =>
    prepare(
      `SELECT id, stream, timestamp, ingested, message FROM log_events INDEXED BY log_events_of_${of}
       WHERE ${OF_GROUP} AND ${of === 'stream' ? 'stream = ?' : '? IS NULL'}
         AND timestamp >= ? AND timestamp < ? AND (timestamp, id) > (?, ?) AND (timestamp, id) <= (?, ?)
       ORDER BY timestamp ${direction}, id ${direction} LIMIT ?`,
    );
  const reads = {
    group: { up: read('ASC', 'group'), down: read('DESC', 'group') },
    stream: { up: read('ASC', 'stream'), down: read('DESC', 'stream') },
  };
  const arrivals = prepare(
    `SELECT id, account AS accountId, region, log_group AS "group", stream, timestamp, ingested, message
     FROM log_events WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const last = prepare('SELECT coalesce(max(id), 0) AS id FROM log_events');
  const summaries = prepare(
    `SELECT stream, min(timestamp) AS first, max(timestamp) AS last, max(ingested) AS lastIngested
     FROM log_events INDEXED BY log_events_of_stream WHERE ${OF_GROUP} GROUP BY stream`,
  );
  const first = prepare(`SELECT 1 FROM log_events INDEXED BY log_events_of_stream WHERE ${OF_GROUP} AND stream = ? LIMIT 1`);
  const expire = prepare(`DELETE FROM log_events WHERE ${OF_GROUP} AND timestamp < ?`);
  const remove = prepare(`DELETE FROM log_events WHERE ${OF_GROUP}`);
  const removeStream = prepare(`DELETE FROM log_events WHERE ${OF_GROUP} AND stream = ?`);

  return {
    append(scope, group, stream, events, ingested) {
      const { accountId, region } = scope;
      for (const { timestamp, message } of events) insert.run(accountId, region, group, stream, timestamp, ingested, message);
      return sizes.add(scope, group, events);
    },
    read({ accountId, region }, { group, stream, from = 0, to = Number.MAX_SAFE_INTEGER, after, before, descending = false, limit }) {
      const statement = reads[stream === undefined ? 'group' : 'stream'][descending ? 'down' : 'up'];
      const low = after ?? { timestamp: -1, id: 0 };
      const high = before ?? { timestamp: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
      // SQLite seeks by the plain comparisons only: a late page must not walk through all that lies before it.
      const span = [Math.max(from, low.timestamp), Math.min(to, high.timestamp + 1)];
      const bounds = [...span, low.timestamp, low.id, high.timestamp, high.id];
      return statement.all(accountId, region, group, stream ?? null, ...bounds, Math.trunc(limit)) as StoredLogEvent[];
    },
    arrivals: (after, limit) => arrivals.all(after, limit) as ReturnType<LogEvents['arrivals']>,
    lastId: () => (last.get() as { id: number }).id,
    summaries({ accountId, region }, group) {
      const rows = summaries.all(accountId, region, group) as (LogSummary & { stream: string })[];
      return new Map(rows.map(({ stream, ...summary }) => [stream, summary]));
    },
    has: ({ accountId, region }, group, stream) => first.get(accountId, region, group, stream) !== undefined,
    bytes: sizes.bytes,
    expire(scope, group, before) {
      const gone = expire.run(scope.accountId, scope.region, group, before) > 0;
      if (gone) sizes.forget();
      return gone;
    },
    delete({ accountId, region }, group, stream) {
      if (stream === undefined) remove.run(accountId, region, group);
      else removeStream.run(accountId, region, group, stream);
      sizes.forget();
    },
    forget: sizes.forget,
  };
}
