import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What is wrong with a payload, in the words of its schema. */
export interface Issue {
  message: string;
  path: (string | number)[];
}

export type Validation = { ok: true; value: unknown } | { ok: false; issues: Issue[]; raw: readonly StandardSchemaV1.Issue[] };

/** Checks a value by a schema of any Standard Schema library, sync or async. */
export async function validate(schema: StandardSchemaV1, value: unknown): Promise<Validation> {
  const pending = schema['~standard'].validate(value);
  const result = pending instanceof Promise ? await pending : pending;
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, issues: result.issues.map(({ message, path = [] }) => ({ message, path: path.map(keyOf) })), raw: result.issues };
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'number' ? key : String(key);
}
