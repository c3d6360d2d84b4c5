import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilterPattern } from './filter-pattern.ts';

const LINE = '[ERROR] the "red" agent could not reach api.example.com, exit code 7';

test.each([
  ['', true],
  ['   ', true],
  ['agent', true],
  ['agent reach', true],
  ['reach agent', true],
  ['Agent', false],
  ['agent missing', false],
  ['"could not reach"', true],
  ['"reach could"', false],
  ['"api.example.com"', true],
  ['"the \\"red\\" agent"', true],
  ['"the red agent"', false],
  ['-missing', true],
  ['-agent', false],
  ['agent -missing', true],
  ['agent -"exit code"', false],
  ['?missing ?agent', true],
  ['?missing ?absent', false],
  ['?missing agent', true],
  ['?missing ?agent -code', false],
  ['?"exit code" ?missing', true],
])('the pattern %j on a line: %j', (pattern, matches) => {
  expect(compileFilterPattern(pattern)(LINE)).toBe(matches);
});

test.each(['{ $.level = "ERROR" }', '[ip, user]', '%ERR[A-Z]+%', 'agent %x%', '-{ $.a = 1 }'])(
  '%j is not implemented, and says so',
  (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow(expect.objectContaining({ code: 'NotImplemented', status: 501 }));
  },
);

test.each(['"open', 'open"', 'a"b', 'api.example.com', '"closed"open', '?', '-', 'a:b', '?-a'])('%j is no pattern', (pattern) => {
  expect(() => compileFilterPattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
});

test('any text can be asked for in quotes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (before, text, after) => {
        const quoted = `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
        expect(compileFilterPattern(quoted)(before + text + after)).toBe(true);
        expect(compileFilterPattern(`-${quoted}`)(before + text + after)).toBe(false);
        expect(compileFilterPattern(quoted)(before)).toBe(before.includes(text));
      },
    ),
    { numRuns: 200 },
  );
});
