import type { DatabaseSync } from 'node:sqlite';

/**
 * Takes everything sealed out of a copy of the state, and what agents printed: nobody can tell what that holds. What is left of a secret is its
 * name, of a runtime all but its environment variables.
 */
export function stripSecrets(database: DatabaseSync): void {
  const rows = database.prepare("SELECT account, region, kind, id, body FROM items WHERE body LIKE '%\"sealed%'").all() as {
    account: string;
    region: string;
    kind: string;
    id: string;
    body: string;
  }[];
  const remove = database.prepare('DELETE FROM items WHERE account = ? AND region = ? AND kind = ? AND id = ?');
  const update = database.prepare('UPDATE items SET body = ? WHERE account = ? AND region = ? AND kind = ? AND id = ?');
  database.exec('BEGIN; DELETE FROM log_events;');
  for (const { account, region, kind, id, body } of rows) {
    const rest = withoutSealed(JSON.parse(body));
    if (rest === undefined) remove.run(account, region, kind, id);
    else update.run(JSON.stringify(rest), account, region, kind, id);
  }
  // VACUUM, so that what was deleted is not left in pages that are free now.
  database.exec('COMMIT; VACUUM;');
}

/**
 * By the convention of all kinds of items: what has a member `sealed` or `sealedSecret` is nothing without it and goes as a whole; of others go the
 * members whose name starts so.
 */
export function withoutSealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSealed).filter((item) => item !== undefined);
  if ('sealed' in value || 'sealedSecret' in value) return undefined;
  const members = Object.entries(value)
    .filter(([name]) => !name.startsWith('sealed'))
    .map(([name, member]) => [name, withoutSealed(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}
