import { anything, assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

test('an error is described by its name, message and stack', () => {
  const error = new TypeError('bad');
  expect(describeError(error)).toEqual({ type: 'TypeError', message: 'bad', stack: error.stack });
});

test('an error of a class that sets no name has the name of the class', () => {
  class OutOfTea extends Error {}
  expect(describeError(new OutOfTea('now')).type).toBe('OutOfTea');
});

test.each([
  ['a text', 'no', { type: 'string', message: 'no' }],
  ['nothing', undefined, { type: 'undefined', message: 'undefined' }],
  ['a symbol', Symbol('s'), { type: 'symbol', message: 'Symbol(s)' }],
  ['an object like an error', { name: 'Denied', message: 'no' }, { type: 'Denied', message: 'no' }],
  ['any other object', { code: 7 }, { type: 'object', message: '{"code":7}' }],
  ['an object without a prototype', Object.create(null), { type: 'object', message: '{}' }],
  [
    'an object that cannot be read',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
    { type: 'unknown', message: 'The value that was thrown cannot be read.' },
  ],
])('%s', (_name, thrown, description) => {
  expect(describeError(thrown)).toMatchObject(description);
});

test('whatever was thrown is described by texts', () => {
  assert(
    property(anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
      for (const part of Object.values(describeError(thrown))) expect(part).toBeTypeOf('string');
    }),
  );
});
