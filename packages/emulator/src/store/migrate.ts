import type { DatabaseSync } from 'node:sqlite';

/** What each version of the state's layout adds to the one before. Never edit an entry that was released: append. */
const MIGRATIONS = [
  `CREATE TABLE items (
     account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (account, region, kind, id)
   ) WITHOUT ROWID;
   CREATE INDEX items_by_kind ON items (kind, account, region, id);`,
];

/** Brings a state file to the present layout. Throws when it was written by a newer emulator. */
export function migrate(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new Error(
      `The state was written by a newer emulator (layout ${version}; this one knows ${MIGRATIONS.length}). Update the emulator, or give another --data directory.`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
