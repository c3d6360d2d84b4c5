import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmulatorError } from '../emulator-error.ts';
import { createItems, type Items } from './items.ts';
import { createLogEvents, type LogEvents } from './log-events.ts';
import { migrate } from './migrate.ts';
import { partsOfState } from './parts-of-state.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { createStatements, explained } from './statements.ts';

/** The emulator's durable state: items and logs in SQLite, secrets in them sealed with a key that lies beside it, blobs as files. */
export interface Store {
  readonly directory: string;
  readonly items: Items;
  readonly logs: LogEvents;
  readonly sealer: Sealer;
  /** Runs `work` as one unit: either all of its writes are kept or none. `work` must not await. */
  transaction<T>(work: () => T): T;
  /** Deletes everything but the items of the kinds in `keep`, and gives the room back to the disk. */
  clear(keep: readonly string[]): void;
  /** Writes what the state is at this moment to a new SQLite file. */
  copyTo(file: string): void;
  /**
   * Puts the state in a SQLite file of the present layout in place of this one, all of it or nothing. Items of the kinds in `keep` stay, those of the
   * kinds in `skip` are not taken.
   */
  replaceWith(file: string, kinds: { keep: readonly string[]; skip: readonly string[] }): void;
  close(): void;
}

/**
 * Opens (or makes) the store in `directory`.
 *
 * With write-ahead logging a `kill -9` loses nothing that was answered: a commit is in the operating system's hands before the call returns.
 * `ephemeral` gives that up for speed.
 *
 * @throws EmulatorError DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW. The same also from everything that reads or writes later.
 */
export function openStore({ directory, ephemeral = false }: { directory: string; ephemeral?: boolean }): Store {
  const database = explained(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    refuseLostState(directory);
    return openDatabase(join(directory, 'state.sqlite'), ephemeral);
  });
  const statements = createStatements(database, directory);
  const items = createItems(statements);
  const logs = createLogEvents(statements);
  const sealer = openSealer();
  const forget = () => {
    items.forget();
    logs.forget();
  };
  let depth = 0;
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    explained(directory, () => database.exec('BEGIN IMMEDIATE'));
    depth += 1;
    try {
      const result = work();
      explained(directory, () => database.exec('COMMIT'));
      return result;
    } catch (error) {
      // A full disk can have ended the transaction already.
      if (database.isTransaction) database.exec('ROLLBACK');
      forget();
      throw error;
    } finally {
      depth -= 1;
    }
  };
  return {
    directory,
    items,
    logs,
    sealer,
    transaction,
    clear(keep) {
      transaction(() => removeAllBut(keep));
      forget();
      giveBack();
    },
    copyTo(file) {
      statements.prepare('VACUUM INTO ?').run(file);
    },
    replaceWith(file, { keep, skip }) {
      statements.prepare('ATTACH ? AS incoming').run(file);
      try {
        transaction(() => {
          removeAllBut(keep);
          statements
            .prepare(`INSERT OR IGNORE INTO main.items SELECT * FROM incoming.items WHERE kind NOT IN (${marks(skip)})`)
            .run(...skip);
          statements.prepare('INSERT INTO main.log_events SELECT * FROM incoming.log_events').run();
        });
        forget();
      } finally {
        database.exec('DETACH incoming');
      }
    },
    close: () => database.close(),
  };

  function removeAllBut(kinds: readonly string[]): void {
    statements.prepare(`DELETE FROM main.items WHERE kind NOT IN (${marks(kinds)})`).run(...kinds);
    statements.prepare('DELETE FROM main.log_events').run();
  }

  /** Deleted rows leave a file of empty pages, however large it was. */
  function giveBack(): void {
    try {
      database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
    } catch {
      // No room to do it in: what was deleted is deleted all the same.
    }
  }

  function openSealer(): Sealer {
    try {
      return explained(directory, () => createSealer(join(directory, 'seal.key')));
    } catch (error) {
      database.close();
      throw error;
    }
  }
}

/** Made anew beside what was kept with it, a state that was lost would look as if nothing had ever been there. */
function refuseLostState(directory: string): void {
  if ((statSync(join(directory, 'state.sqlite'), { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const left = partsOfState(directory).filter((name) => name !== 'state.sqlite');
  if (left.length === 0) return;
  throw new EmulatorError(
    'STATE_DAMAGED',
    `The state in ${directory} was lost: state.sqlite is missing or empty, but ${left.join(' and ')} of it ${left.length === 1 ? 'is' : 'are'} there. Restore the directory, or run agentcore-local reset to begin anew, and import an export if there is one.`,
  );
}

const marks = (values: readonly string[]) => values.map(() => '?').join(', ');

/** Opens a state file and brings it to the present layout. Closes it again when it is none. */
export function openDatabase(file: string, ephemeral: boolean): DatabaseSync {
  // SQLite would make it readable for everybody, and gives its other files the mode of this one.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${ephemeral ? 'OFF' : 'NORMAL'}; PRAGMA busy_timeout = 2000;`);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
