import { EmulatorError } from '../emulator-error.ts';
import type { Statements } from './statements.ts';

/** Whose an item is. Resources of global services (IAM) have the region `global`. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export interface StoredItem<T> extends Scope {
  kind: string;
  id: string;
  value: T;
}

interface ListOptions {
  prefix?: string;
  after?: string;
  limit?: number;
  descending?: boolean;
}

/** JSON documents by (account, region, kind, id), listed in the order of their ids. */
export interface Items {
  get<T>(kind: string, scope: Scope, id: string): T | undefined;
  put(kind: string, scope: Scope, id: string, value: unknown): void;
  delete(kind: string, scope: Scope, id: string): boolean;
  /** At most `limit` items whose id starts with `prefix` and comes after `after` in the order of the ids, or with `descending` in the reverse. */
  list<T>(kind: string, scope: Scope, options?: ListOptions): StoredItem<T>[];
  /** Every item of a kind, of every account and region. */
  all<T>(kind: string): StoredItem<T>[];
  kinds(): string[];
  /** Forgets what was read: after a transaction that was rolled back. */
  forget(): void;
}

const MAX_KNOWN = 10_000;
/** Longer lists of a whole kind are read anew each time. */
const MAX_LISTED = 100;
/** Sorts after every other character: up to it, a range is "starts with prefix". */
const LAST = '\u{10FFFF}';

interface ListedRow {
  account: string;
  region: string;
  id: string;
  body: string;
}

/** No part of a key holds the separator. */
const keyOf = (...parts: readonly string[]) => parts.join('\n');

export function createItems(database: Statements): Items {
  const get = database.prepare('SELECT body FROM items WHERE account = ? AND region = ? AND kind = ? AND id = ?');
  const put = database.prepare(
    'INSERT INTO items (account, region, kind, id, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  );
  const remove = database.prepare('DELETE FROM items WHERE account = ? AND region = ? AND kind = ? AND id = ?');
  const list = database.prepare(
    'SELECT id, body FROM items WHERE account = ? AND region = ? AND kind = ? AND id >= ? AND id < ? AND id > ? ORDER BY id LIMIT ?',
  );
  const reverse = database.prepare(
    'SELECT id, body FROM items WHERE account = ? AND region = ? AND kind = ? AND id >= ? AND id < ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  const all = database.prepare('SELECT account, region, id, body FROM items WHERE kind = ? ORDER BY account, region, id');
  const kinds = database.prepare('SELECT DISTINCT kind FROM items ORDER BY kind');
  // This process is the only writer (locator.ts), so what was read stays true until it is written here. `null`: there is no such item.
  const known = new Map<string, string | null>();
  const remember = (key: string, body: string | null) => {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, body);
    return body;
  };
  const listed = new Map<string, ListedRow[]>();
  return {
    forget() {
      known.clear();
      listed.clear();
    },
    get<T>(kind: string, { accountId, region }: Scope, id: string) {
      const key = keyOf(kind, accountId, region, id);
      const body = known.get(key);
      const found =
        body === undefined ? remember(key, (get.get(accountId, region, kind, id) as { body: string } | undefined)?.body ?? null) : body;
      // Parsed each time: a caller may change what it gets.
      return found === null ? undefined : parse<T>(found, kind, id);
    },
    put(kind, { accountId, region }, id, value) {
      const body = JSON.stringify(value);
      put.run(accountId, region, kind, id, body);
      listed.delete(kind);
      remember(keyOf(kind, accountId, region, id), body);
    },
    delete(kind, { accountId, region }, id) {
      known.delete(keyOf(kind, accountId, region, id));
      listed.delete(kind);
      return remove.run(accountId, region, kind, id) > 0;
    },
    list<T>(
      kind: string,
      { accountId, region }: Scope,
      { prefix = '', descending = false, after = descending ? LAST : '', limit = -1 }: ListOptions = {},
    ) {
      // SQLite refuses a limit of 1.5, which a caller can send.
      const rows = (descending ? reverse : list).all(accountId, region, kind, prefix, `${prefix}${LAST}`, after, Math.trunc(limit)) as {
        id: string;
        body: string;
      }[];
      return rows.map((row) => ({ accountId, region, kind, id: row.id, value: parse<T>(row.body, kind, row.id) }));
    },
    all<T>(kind: string) {
      const rows = listed.get(kind) ?? (all.all(kind) as ListedRow[]);
      if (rows.length <= MAX_LISTED) listed.set(kind, rows);
      return rows.map((row) => ({ accountId: row.account, region: row.region, kind, id: row.id, value: parse<T>(row.body, kind, row.id) }));
    },
    kinds: () => (kinds.all() as { kind: string }[]).map((row) => row.kind),
  };
}

function parse<T>(body: string, kind: string, id: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    throw new EmulatorError(
      'STATE_DAMAGED',
      `The state is damaged: ${kind} ${id} cannot be read. Restore the directory, or run agentcore-local reset to begin anew, and import an export if there is one.`,
      { cause },
    );
  }
}
