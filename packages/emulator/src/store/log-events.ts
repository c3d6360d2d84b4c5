import type { Scope } from './items.ts';
import type { Statements } from './statements.ts';

/** Where an event is in the order of its group or stream: by time, and then as it came in. */
export interface LogPosition {
  /** Milliseconds since 1970. */
  timestamp: number;
  id: number;
}

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
  after?: LogPosition | undefined;
  before?: LogPosition | undefined;
  /** The youngest first. */
  descending?: boolean;
  limit: number;
}

export interface LogSummary {
  first: number;
  last: number;
  lastIngested: number;
  bytes: number;
}

/** Lines of logs, by group and stream, in the order of their time. */
export interface LogEvents {
  append(scope: Scope, group: string, stream: string, events: readonly { timestamp: number; message: string }[], ingested: number): void;
  read(scope: Scope, query: LogQuery): StoredLogEvent[];
  /** Undefined where there is no event. */
  summary(scope: Scope, group: string, stream?: string): LogSummary | undefined;
  delete(scope: Scope, group: string, stream?: string): void;
}

/** An agent that prints without end must not fill the disk: of each group the youngest are kept. */
const MAX_EVENTS_PER_GROUP = 100_000;
/** How many events come in between two looks at the size of a group. */
const TRIM_EVERY = 1000;

export function createLogEvents({ prepare }: Statements): LogEvents {
  const insert = prepare(
    'INSERT INTO log_events (account, region, log_group, stream, timestamp, ingested, message) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const trim = prepare(
    'DELETE FROM log_events WHERE account = ?1 AND region = ?2 AND log_group = ?3 AND id IN (SELECT id FROM log_events WHERE account = ?1 AND region = ?2 AND log_group = ?3 ORDER BY timestamp DESC, id DESC LIMIT -1 OFFSET ?4)',
  );
  const read = (direction: 'ASC' | 'DESC', of: 'group' | 'stream') =>
    prepare(
      `SELECT id, stream, timestamp, ingested, message FROM log_events INDEXED BY log_events_of_${of}
       WHERE account = ? AND region = ? AND log_group = ? AND ${of === 'stream' ? 'stream = ?' : '? IS NULL'}
         AND timestamp >= ? AND timestamp < ? AND (timestamp, id) > (?, ?) AND (timestamp, id) < (?, ?)
       ORDER BY timestamp ${direction}, id ${direction} LIMIT ?`,
    );
  const reads = {
    group: { up: read('ASC', 'group'), down: read('DESC', 'group') },
    stream: { up: read('ASC', 'stream'), down: read('DESC', 'stream') },
  };
  const summarize = (condition: string) =>
    prepare(
      `SELECT min(timestamp) AS first, max(timestamp) AS last, max(ingested) AS lastIngested, sum(length(CAST(message AS BLOB)) + 26) AS bytes
       FROM log_events WHERE account = ? AND region = ? AND log_group = ? AND ${condition}`,
    );
  const summaries = { group: summarize('? IS NULL'), stream: summarize('stream = ?') };
  const remove = prepare('DELETE FROM log_events WHERE account = ? AND region = ? AND log_group = ?');
  const removeStream = prepare('DELETE FROM log_events WHERE account = ? AND region = ? AND log_group = ? AND stream = ?');
  let sinceTrim = 0;

  return {
    append({ accountId, region }, group, stream, events, ingested) {
      for (const { timestamp, message } of events) insert.run(accountId, region, group, stream, timestamp, ingested, message);
      sinceTrim += events.length;
      if (sinceTrim < TRIM_EVERY) return;
      sinceTrim = 0;
      trim.run(accountId, region, group, MAX_EVENTS_PER_GROUP);
    },
    read({ accountId, region }, { group, stream, from, to, after, before, descending = false, limit }) {
      const statement = reads[stream === undefined ? 'group' : 'stream'][descending ? 'down' : 'up'];
      const span = [from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
      const low = [after?.timestamp ?? -1, after?.id ?? 0];
      const high = [before?.timestamp ?? Number.MAX_SAFE_INTEGER, before?.id ?? Number.MAX_SAFE_INTEGER];
      return statement.all(accountId, region, group, stream ?? null, ...span, ...low, ...high, limit) as StoredLogEvent[];
    },
    summary({ accountId, region }, group, stream) {
      const row = summaries[stream === undefined ? 'group' : 'stream'].get(accountId, region, group, stream ?? null) as {
        [Name in keyof LogSummary]: number | null;
      };
      return row.first === null ? undefined : (row as LogSummary);
    },
    delete({ accountId, region }, group, stream) {
      if (stream === undefined) remove.run(accountId, region, group);
      else removeStream.run(accountId, region, group, stream);
    },
  };
}
