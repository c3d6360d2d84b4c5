import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findArithmetic } from './find-arithmetic.ts';

const expressions = (text: string): string[] => findArithmetic(text).map(({ expression }) => expression);

describe('a question', () => {
  test.each([
    ['How much is 2 x 2?', '2 * 2', 4],
    ['How much is 2x2?', '2 * 2', 4],
    ['2+2*3', '2 + 2 * 3', 8],
    ['What is the square root of 16?', 'sqrt(16)', 4],
    ['calculate sqrt(2 + 7) * 2', 'sqrt(2 + 7) * 2', 6],
    ['What is 15% of 80?', '15 / 100 * 80', 12],
    ['what is 1,250,000 divided by 5', '1250000 / 5', 250_000],
    ['two plus two', '2 + 2', 4],
    ['What is seven times eight?', '7 * 8', 56],
    ['What is 2 to the power of 10?', '2 ^ 10', 1024],
    ['5 squared minus 5', '5 ^ 2 - 5', 20],
    ['(1 + 2) × (3 − 4) ÷ 2', '(1 + 2) * (3 - 4) / 2', -1.5],
    ['-3 + 5 = ?', '-3 + 5', 2],
    ['2 ** 3 ** 2', '2 ^ 3 ^ 2', 512],
    ['What is 17 mod 5?', '17 % 5', 2],
    ['I have 12 - 5 apples', '12 - 5', 7],
    ['√16 + 1', 'sqrt(16) + 1', 5],
    ['what is 10 × 2?', '10 * 2', 20],
    ['How much is 10x10', '10 * 10', 100],
  ])('%s holds %s', (text, expression, value) => {
    expect(findArithmetic(text)).toEqual([{ expression, value }]);
  });

  test('may hold several sums', () => {
    expect(expressions('What is 2 + 2, and how much is 3 * 3?')).toEqual(['2 + 2', '3 * 3']);
  });

  test.each([
    'Hello',
    'What is the weather now?',
    'Remind me on 2026-11-23',
    'It takes 3-5 days',
    'Are you there 24/7?',
    'Call 555-1234',
    'What is gpt-4.1-mini?',
    'Use version 1.2.3',
    'What is 0x20?',
    'Meet at 10:30',
    'See https://example.com/1/2+3',
    'What is 42?',
    'What is x * y?',
    '',
    '((((',
    '+ - * /',
    'What is 7-zip?',
  ])('%s holds none', (text) => {
    expect(expressions(text)).toEqual([]);
  });

  test('an operator with nothing behind it ends the sum before it', () => {
    expect(expressions('2 + 2 - please')).toEqual(['2 + 2']);
  });
});

interface Sum {
  text: string;
  value: number;
}
const number = fc.integer({ min: 0, max: 9999 }).map((value): Sum => ({ text: String(value), value }));
const { sum } = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*'), tie('sum')).map(([left, sign, right]): Sum => ({
      text: `(${left.text} ${sign} ${right.text})`,
      value: sign === '+' ? left.value + right.value : sign === '-' ? left.value - right.value : left.value * right.value,
    })),
  ),
}));

describe('any', () => {
  test('well-formed sum inside a question is found whole and with its value', () => {
    fc.assert(
      fc.property(sum, number, ({ text, value }, other) => {
        const [found, ...rest] = findArithmetic(`Tell me, how much is ${text} + ${other.text}? Thanks!`);
        expect(rest).toEqual([]);
        expect(found?.value).toBe(value + other.value);
      }),
    );
  });

  test('found expression is found again, the same, on its own', () => {
    fc.assert(
      fc.property(sum, number, ({ text }, other) => {
        const [found] = findArithmetic(`${text} * ${other.text}`);
        expect(findArithmetic(found!.expression)).toEqual([found]);
      }),
    );
  });

  test('text at all is read without an error, and what is found holds only arithmetic', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789+-*/^%(). x,=', 'sqrt', ' plus ', ' two ') })),
        (text) => {
          for (const { expression } of findArithmetic(text)) expect(expression).toMatch(/^[\d.e+\-*/^%() a-z]+$/i);
        },
      ),
    );
  });

  test('hostile nesting of 100,000 characters is answered', () => {
    expect(expressions('('.repeat(100_000))).toEqual([]);
    expect(expressions('-'.repeat(100_000))).toEqual([]);
    expect(expressions('(1+'.repeat(40_000)).length).toBeGreaterThanOrEqual(0);
    expect(expressions('sqrt '.repeat(20_000))).toEqual([]);
  });
});
