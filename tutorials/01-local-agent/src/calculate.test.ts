import { expect, test } from 'vitest';
import { calculate } from './calculate.ts';

test.each([
  ['2 * 2', 4],
  ['2 + 3 * 4', 14],
  ['(2 + 3) * 4', 20],
  ['2 ^ 3 ^ 2', 512],
  ['-2 ^ 2', -4],
  ['17 % 5', 2],
  ['15 / 100 * 80', 12],
  ['sqrt(16) + 1.5', 5.5],
  ['8 - 3 - 2', 3],
])('%s is %d', (expression, value) => {
  expect(calculate(expression)).toBe(value);
});

test.each([[''], ['2 +'], ['(2'], ['2 2'], ['process.exit()'], ['2 ** 3'], ['1e999']])('%j is no arithmetic', (expression) => {
  expect(() => calculate(expression)).toThrow(SyntaxError);
});

test("a division by zero is an error, which the model gets to see as the tool's answer", () => {
  expect(() => calculate('2 / (1 - 1)')).toThrow(RangeError);
});
