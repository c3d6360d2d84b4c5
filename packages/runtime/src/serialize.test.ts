import { anything, assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';
import { toJson } from './serialize.ts';

test('any JSON value is written as JSON.stringify writes it', () => {
  assert(
    property(jsonValue(), (value) => {
      expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('whatever it is given, the answer is JSON', () => {
  const values = anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
  });
  assert(
    property(values, (value) => {
      expect(() => JSON.parse(toJson(value)) as unknown).not.toThrow();
    }),
  );
});

test('Sets and Maps are found at any depth', () => {
  const value = { a: [new Set([1, new Set(['b'])])], m: new Map([['k', new Map([[1, 2]])]]) };
  expect(JSON.parse(toJson(value))).toEqual({ a: [[1, ['b']]], m: { k: [[1, 2]] } });
  expect(toJson(new Map([['k', 'v']]))).toBe('{"k":"v"}');
});

test('a text that holds two braces is only a text', () => {
  expect(toJson('{}')).toBe('"{}"');
});

test.each([
  ['undefined', undefined, 'null'],
  ['null', null, 'null'],
  ['not a number', Number.NaN, 'null'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
])('%s', (_name, value, text) => {
  expect(toJson(value)).toBe(text);
});

test.each([
  ['a BigInt', 1n, 'bigint'],
  ['a function', () => 1, 'function'],
  ['a symbol', Symbol('s'), 'symbol'],
  [
    'an object of a class that cannot be written',
    new (class Invoice {
      toJSON(): never {
        throw new Error('no');
      }
    })(),
    'Invoice',
  ],
  ['an object without a prototype that holds a BigInt', Object.assign(Object.create(null) as object, { n: 1n }), 'Object'],
])('%s is told as what could not be serialized', (_name, value, type) => {
  expect(JSON.parse(toJson(value))).toEqual({ error: 'Serialization failed', original_type: type });
});
