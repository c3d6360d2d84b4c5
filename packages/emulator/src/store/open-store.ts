import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createItems, type Items } from './items.ts';
import { migrate } from './migrate.ts';
import { createSealer, type Sealer } from './sealer.ts';

/** The emulator's durable state: items in SQLite, secrets in them sealed with a key that lies beside it, blobs as files. */
export interface Store {
  readonly directory: string;
  readonly items: Items;
  readonly sealer: Sealer;
  /** Runs `work` as one unit: either all of its writes are kept or none. `work` must not await. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens (or makes) the store in `directory`.
 *
 * With write-ahead logging a `kill -9` loses nothing that was answered: a commit is in the operating system's hands before the call returns.
 * `ephemeral` gives that up for speed.
 */
export function openStore({ directory, ephemeral = false }: { directory: string; ephemeral?: boolean }): Store {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(directory, 'state.sqlite'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${ephemeral ? 'OFF' : 'NORMAL'}; PRAGMA busy_timeout = 2000;`);
  migrate(database);
  const items = createItems(database);
  let depth = 0;
  return {
    directory,
    items,
    sealer: createSealer(join(directory, 'seal.key')),
    transaction(work) {
      if (depth > 0) return work();
      database.exec('BEGIN IMMEDIATE');
      depth += 1;
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        items.forget();
        throw error;
      } finally {
        depth -= 1;
      }
    },
    close: () => database.close(),
  };
}
