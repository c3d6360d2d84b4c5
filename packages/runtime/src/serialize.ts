/**
 * A value as JSON text, always: `undefined` is `null`, a Set is an array, a Map is an object (an array of pairs where a key is not a
 * string), and what JSON cannot hold (a circle, a BigInt, a function) is `{"error":"Serialization failed","original_type":...}`.
 */
export function toJson(value: unknown): string {
  if (value === undefined) return 'null';
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return failed(value);
    // JSON.stringify writes a Set or a Map as `{}`. A replacer would find them, but makes every answer slower: look only where one may be.
    return text.includes('{}') ? JSON.stringify(value, collections) : text;
  } catch {
    return failed(value);
  }
}

function collections(_name: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return [...value.keys()].every((key) => typeof key === 'string') ? Object.fromEntries(value) : [...value];
  return value;
}

function failed(value: unknown): string {
  return JSON.stringify({ error: 'Serialization failed', original_type: typeName(value) });
}

function typeName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  try {
    const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name;
    return typeof name === 'string' && name !== '' ? name : 'Object';
  } catch {
    return 'Object';
  }
}
