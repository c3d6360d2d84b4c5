import { isObject } from './fields.ts';
import type { JsonObject } from './fields.ts';

/** OpenAI takes ten levels of objects. What is deeper is nobody's schema. */
const MAX_PATH = 64;
const NESTED_BY_NAME = ['properties', '$defs', 'definitions'];
const NESTED_IN_LISTS = ['anyOf', 'oneOf', 'allOf'];

/**
 * Why OpenAI refuses the schema of a function or of an answer, in its words, or `undefined`. `strict` is what both call so: nothing beside the
 * properties, and each of them required.
 */
export function refusedSchema(schema: JsonObject, { strict }: { strict: boolean }): string | undefined {
  const type = schema['type'];
  if (type !== 'object' && Object.keys(schema).length > 0)
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${typeof type === 'string' ? type : 'None'}"'.`;
  const open: { schema: JsonObject; path: readonly string[] }[] = [{ schema, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const refused = refusedHere(next.schema, strict);
    if (refused !== undefined) return `In context=${contextOf(next.path)}, ${refused}`;
    if (next.path.length < MAX_PATH) for (const child of childrenOf(next.schema, next.path).toReversed()) open.push(child);
  }
  return undefined;
}

function refusedHere(schema: JsonObject, strict: boolean): string | undefined {
  const types = new Set<unknown>([schema['type']].flat());
  if (types.has('array') && schema['items'] === undefined) return 'array schema missing items.';
  if (!strict || !(types.has('object') || isObject(schema['properties']))) return undefined;
  if (schema['additionalProperties'] !== false) return "'additionalProperties' is required to be supplied and to be false.";
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = Object.keys(isObject(schema['properties']) ? schema['properties'] : {}).find((name) => !required.includes(name));
  return missing === undefined
    ? undefined
    : `'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
}

function childrenOf(schema: JsonObject, path: readonly string[]): { schema: JsonObject; path: readonly string[] }[] {
  const named = NESTED_BY_NAME.flatMap((member) => entriesOf(schema[member], [...path, member]));
  const listed = NESTED_IN_LISTS.flatMap((member) => entriesOf(schema[member], [...path, member]));
  return [...named, ...entriesOf({ items: schema['items'] }, path), ...listed];
}

function entriesOf(holder: unknown, path: readonly string[]): { schema: JsonObject; path: readonly string[] }[] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.entries(holder).flatMap(([name, schema]) => (isObject(schema) ? [{ schema, path: [...path, name] }] : []));
}

/** As Python prints a tuple. */
function contextOf(path: readonly string[]): string {
  return `(${path.map((part) => `'${part}'`).join(', ')}${path.length === 1 ? ',' : ''})`;
}
