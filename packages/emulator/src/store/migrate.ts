import type { DatabaseSync } from 'node:sqlite';
import { EmulatorError } from '../emulator-error.ts';

/** What each version of the state's layout adds to the one before. Never edit an entry that was released: append. */
const MIGRATIONS = [
  `CREATE TABLE items (
     account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (account, region, kind, id)
   ) WITHOUT ROWID;
   CREATE INDEX items_by_kind ON items (kind, account, region, id);`,
  // Lines of logs are many, and are asked for by time.
  `CREATE TABLE log_events (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     account TEXT NOT NULL, region TEXT NOT NULL, log_group TEXT NOT NULL, stream TEXT NOT NULL,
     timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL
   );
   CREATE INDEX log_events_of_group ON log_events (account, region, log_group, timestamp, id);
   CREATE INDEX log_events_of_stream ON log_events (account, region, log_group, stream, timestamp, id);`,
];

/**
 * Brings a state file to the present layout, each step of it whole or not at all.
 *
 * @param to The layout to bring it to. Default: the present one.
 * @throws EmulatorError STATE_TOO_NEW when a newer emulator wrote it
 */
export function migrate(database: DatabaseSync, to: number = MIGRATIONS.length): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (Math.max(version, to) > MIGRATIONS.length) {
    throw new EmulatorError(
      'STATE_TOO_NEW',
      `The state was written by a newer emulator (layout ${Math.max(version, to)}; this one knows ${MIGRATIONS.length}). Update the emulator, or give another --data directory.`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version || index >= to) continue;
    database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
