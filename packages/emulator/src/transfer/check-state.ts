import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../store/migrate.ts';
import { ITEM_MEMBERS, jsonTypeOf } from './item-members.ts';

/**
 * Whether a state that somebody else wrote can stand in place of ours: the tables are those that an emulator makes, and hold what it puts there.
 * Nothing of the file is run: a view or a trigger is a program, and can be one without an end.
 *
 * Changes nothing. Throws an Error that says what is wrong.
 */
export function checkState(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.exec('PRAGMA trusted_schema = OFF;');
    checkLayout(database);
    const { quick_check: verdict } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (verdict !== 'ok') throw new Error(`the state in it is damaged: ${verdict}`);
    checkColumns(database);
    checkBodies(database);
  } finally {
    database.close();
  }
}

interface SchemaRow {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/** Word for word what an emulator of that layout has made. */
function checkLayout(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const expected = new DatabaseSync(':memory:');
  try {
    migrate(expected, version);
    const ours = new Set(schemaOf(expected));
    const theirs = schemaOf(database);
    const foreign = theirs.find((row) => !ours.delete(row));
    if (foreign !== undefined) throw new Error(`the state in it holds what no emulator makes: ${describe(foreign)}`);
    const [missing] = ours;
    if (missing !== undefined) throw new Error(`the state in it lacks ${describe(missing)}`);
  } finally {
    expected.close();
  }
}

function schemaOf(database: DatabaseSync): string[] {
  const rows = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all() as unknown as SchemaRow[];
  return rows.map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql]));
}

function describe(row: string): string {
  const [type, name] = JSON.parse(row) as [string, string];
  return `the ${type} ${JSON.stringify(name.slice(0, 100))}`;
}

/** SQLite keeps anything in any column, whatever its type says. */
function checkColumns(database: DatabaseSync): void {
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()) {
    const columns = database.prepare('SELECT name, type FROM pragma_table_info(?)').all(name!) as { name: string; type: string }[];
    const wrong = columns.map((column) => `typeof("${column.name}") <> '${column.type.toLowerCase()}'`).join(' OR ');
    const row = database.prepare(`SELECT * FROM "${String(name)}" WHERE ${wrong} LIMIT 1`).get();
    if (row) throw new Error(`the table ${String(name)} in it holds a row with values of another type than an emulator writes`);
  }
}

function checkBodies(database: DatabaseSync): void {
  const broken = database.prepare('SELECT kind, id FROM items WHERE NOT json_valid(body) LIMIT 1').get() as Item | undefined;
  if (broken) throw new Error(`${nameOf(broken)} in it is not JSON`);
  const kinds = database.prepare('SELECT DISTINCT kind FROM items').all() as { kind: string }[];
  for (const { kind } of kinds) {
    const other = database
      .prepare('SELECT kind, id FROM items WHERE kind = ? AND json_type(body) <> ? LIMIT 1')
      .get(kind, jsonTypeOf(kind));
    if (other) throw new Error(`${nameOf(other as unknown as Item)} in it is not of the type of its kind`);
    for (const [member, type] of Object.entries(ITEM_MEMBERS[kind] ?? {})) {
      const lacking = database
        .prepare('SELECT kind, id FROM items WHERE kind = ? AND json_type(body, ?) IS NOT ? LIMIT 1')
        .get(kind, `$."${member}"`, type);
      if (lacking) throw new Error(`${nameOf(lacking as unknown as Item)} in it has no ${member}, or none of type ${type}`);
    }
  }
}

interface Item {
  kind: string;
  id: string;
}

function nameOf({ kind, id }: Item): string {
  return `${kind.slice(0, 100)} ${JSON.stringify(id.slice(0, 200))}`;
}
