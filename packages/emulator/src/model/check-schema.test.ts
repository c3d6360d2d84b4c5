import { expect, test } from 'vitest';
import { refusedSchema } from './check-schema.ts';

const closed = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const text = { type: 'string' };

// The words are those that OpenAI answers: https://community.openai.com and issues of its client libraries (reported).
test.each<[string, object, string | undefined]>([
  ['what is complete', closed({ a: text, b: closed({ c: { type: ['array', 'null'], items: text } }) }), undefined],
  ['no parameters', {}, undefined],
  ['another type', { type: 'string' }, `schema must be a JSON Schema of 'type: "object"', got 'type: "string"'.`],
  ['no type', { properties: {} }, `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`],
  [
    'a property that is not required',
    closed({ a: text, b: text }, ['a']),
    "In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'b'.",
  ],
  [
    'an object inside that is open',
    closed({ a: { type: 'array', items: { type: 'object', properties: {} } } }),
    "In context=('properties', 'a', 'items'), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    'one of several that is open',
    closed({ a: { anyOf: [text, { type: 'object' }] } }),
    "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    'a definition without items',
    { ...closed({}), $defs: { list: { type: 'array' } } },
    "In context=('$defs', 'list'), array schema missing items.",
  ],
])('a strict schema with %s', (_case, schema, refused) => {
  expect(refusedSchema(schema as Record<string, unknown>, { strict: true })).toBe(refused);
});

test('a schema that is not strict may be open, but its arrays have items', () => {
  expect(refusedSchema({ type: 'object', properties: { a: text } }, { strict: false })).toBeUndefined();
  expect(refusedSchema({ type: 'object', properties: { a: { type: 'array', items: {} } } }, { strict: false })).toBeUndefined();
  expect(refusedSchema({ type: 'object', properties: { a: { type: 'array', items: { type: 'array' } } } }, { strict: false })).toBe(
    "In context=('properties', 'a', 'items'), array schema missing items.",
  );
});

test('a schema that never ends is not followed', () => {
  let deep: Record<string, unknown> = { type: 'array' };
  for (let depth = 0; depth < 100_000; depth++) deep = { type: 'array', items: deep };
  expect(refusedSchema({ type: 'object', properties: { a: deep } }, { strict: false })).toBeUndefined();
});
