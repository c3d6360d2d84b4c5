import { isObject } from './fields.ts';
import type { JsonObject } from './fields.ts';

const MAX_DEPTH = 8;

/**
 * A value that satisfies the usual members of a JSON schema: what a forced tool call or structured output needs. Strings take their text
 * from the question, numbers the numbers in it, in order.
 */
export function fillSchema(schema: JsonObject, question: string): unknown {
  const start = question.slice(0, 10_000);
  const quoted = [...start.matchAll(/"([^"]+)"|“([^”]+)”/g)].map((match) => match[1] ?? match[2] ?? '');
  const numbers = [...start.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));
  return fill(schema, { question, quoted, numbers, root: schema }, 0);
}

interface Source {
  question: string;
  quoted: string[];
  numbers: number[];
  root: JsonObject;
}

function fill(schema: unknown, source: Source, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if (typeof schema['$ref'] === 'string') return fill(resolve(schema['$ref'], source.root), source, depth + 1);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return choose(schema['enum'], source.question);
  if ('default' in schema) return schema['default'];
  const variants = schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf'];
  if (Array.isArray(variants)) return fill(variants[0], source, depth + 1);
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'object' || (type === undefined && isObject(schema['properties']))) return fillObject(schema, source, depth);
  if (type === 'array') {
    const count = typeof schema['minItems'] === 'number' ? Math.min(schema['minItems'], 100) : 0;
    return Array.from({ length: count }, () => fill(schema['items'], source, depth + 1));
  }
  if (type === 'number' || type === 'integer') return bounded(schema, source.numbers.shift() ?? 0);
  if (type === 'boolean') return true;
  if (type === 'string' || type === undefined) return text(schema, source);
  return null;
}

function fillObject(schema: JsonObject, source: Source, depth: number): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : [];
  return Object.fromEntries(required.map((name) => [name, fill(properties[name] ?? {}, source, depth + 1)]));
}

function choose(values: unknown[], question: string): unknown {
  const lower = question.toLowerCase();
  return values.find((value) => typeof value === 'string' && lower.includes(value.toLowerCase())) ?? values[0] ?? null;
}

function bounded(schema: JsonObject, value: number): number {
  const whole = schema['type'] === 'integer' ? Math.trunc(value) : value;
  const least = typeof schema['minimum'] === 'number' ? schema['minimum'] : -Infinity;
  const most = typeof schema['maximum'] === 'number' ? schema['maximum'] : Infinity;
  return Math.min(Math.max(whole, least), most);
}

function text(schema: JsonObject, { question, quoted }: Source): string {
  const value = quoted.shift() ?? question;
  return typeof schema['maxLength'] === 'number' ? value.slice(0, schema['maxLength']) : value;
}

function resolve(reference: string, root: JsonObject): unknown {
  if (!reference.startsWith('#')) return undefined;
  let value: unknown = root;
  for (const part of reference.slice(1).split('/').filter(Boolean)) {
    value = isObject(value) ? value[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return value;
}
