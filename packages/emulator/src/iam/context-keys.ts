/** `${aws:username}`; not `${aws:username, 'nobody'}`, which needs no value, nor `${*}`. */
const VARIABLE = /\$\{\s*([^,{}]*:[^,{}]*?)\s*\}/g;
const OPTIONAL = /^null$|ifexists$/i;

/**
 * The condition keys that a statement needs values of, as it writes them. Those under `Null` and `...IfExists` are not among them: there a key
 * that is absent says something too.
 *
 * @param statement One that was compiled without error.
 */
export function contextKeys(statement: Readonly<Record<string, unknown>>, variables: boolean): readonly string[] {
  const keys: string[] = [];
  const inside = [statement['Resource'], statement['NotResource']];
  for (const [operator, conditions] of Object.entries((statement['Condition'] ?? {}) as Record<string, Record<string, unknown>>)) {
    for (const [key, values] of Object.entries(conditions)) {
      if (OPTIONAL.test(operator)) continue;
      keys.push(key);
      inside.push(values);
    }
  }
  if (variables) for (const [, key] of JSON.stringify(inside).matchAll(VARIABLE)) keys.push(key!);
  return keys;
}
