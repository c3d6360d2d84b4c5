import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Text } from './segment.ts';
import { tokenize } from './template.ts';
import { createPlainMatcher, createWildcard, matchesTokens, matchesWildcard } from './wildcard.ts';

const wildcardOf = (pattern: string) => createWildcard(tokenize(pattern, { variables: false, wildcards: true }));
const matches = (pattern: string, text: string) => createPlainMatcher(pattern)(text);

/** The textbook table: slow, but plainly right. */
function reference(pattern: string, text: string): boolean {
  let row = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const symbol of pattern.split('')) {
    const next = row.map(() => false);
    for (let index = 0; index <= text.length; index++) {
      if (symbol === '*') next[index] = row[index]! || (index > 0 && next[index - 1]!);
      else next[index] = index > 0 && row[index - 1]! && (symbol === '?' || symbol === text[index - 1]);
    }
    row = next;
  }
  return row[text.length]!;
}

/** A text that counts how often a character of it is read. */
function countingText(text: string): Text & { reads: number } {
  return {
    length: text.length,
    reads: 0,
    charCodeAt(index) {
      this.reads++;
      return text.charCodeAt(index);
    },
  };
}

describe('wildcards', () => {
  test.each([
    ['*', '', true],
    ['**', 'anything:at/all', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['?', 'a', true],
    ['a*b', 'ab', true],
    ['a*a', 'a', false],
    ['*?', 'a', true],
    ['a*b*c', 'a-b-b-c', true],
    ['arn:aws:s3:::bucket/*/x?', 'arn:aws:s3:::bucket/a/b/x1', true],
    ['Get', 'get', false],
    ['a.c', 'abc', false],
    ['*aab*', 'aaab', true],
    ['*aabaaac*', 'aabaaabaaac', true],
    ['*abab*abac*', 'abaababacabac', true],
    ['*abab*abac*', 'abaababac', false],
    ['*abac*', 'ababac', true],
    ['*a?b*', 'aaab', true],
    ['[a-z]', 'b', false],
  ])('%j against %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('agree with the textbook algorithm on a small alphabet', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 16 }),
        (pattern, text) => {
          expect(matches(pattern, text)).toBe(reference(pattern, text));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('agree with the textbook algorithm on words that repeat themselves', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.array(fc.nat(1), { maxLength: 6 }), (one, other, order) => {
        const text = order.map((which) => (which ? one : other).slice(0, 4)).join('');
        for (const pattern of [`*${one}*`, `*${one}*${other}*`, `*${one.replace('a', '?')}*`])
          expect(matches(pattern, text)).toBe(reference(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test('agree with the textbook algorithm on segments longer than a machine word', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b', '?'), minLength: 30, maxLength: 70 });
    fc.assert(
      fc.property(long, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 }), fc.nat(1), (segment, around, change) => {
        const inside = segment.replaceAll('?', 'b');
        const text = around + (change ? inside : inside.slice(1)) + around;
        expect(matches(`*${segment}*`, text)).toBe(reference(`*${segment}*`, text));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['many stars', '*a'.repeat(500) + '*b', 'a'.repeat(5000)],
    ['a segment that almost fits everywhere', `*${'a'.repeat(500)}b*`, 'a'.repeat(5000)],
    ['holes that almost fit everywhere', `*${'a?'.repeat(250)}b*`, 'a'.repeat(5000)],
    ['both', `${`*${'a'.repeat(20)}?b`.repeat(40)}*c`, 'a'.repeat(5000)],
  ])('read a hostile text no more than twice: %s', (_, pattern, text) => {
    const counting = countingText(text);
    expect(matchesWildcard(wildcardOf(pattern), counting)).toBe(false);
    expect(counting.reads).toBeLessThanOrEqual(2 * text.length);
  });

  test('read each character of a text that fits about once', () => {
    const counting = countingText('a'.repeat(5000));
    expect(matchesWildcard(wildcardOf('*a'.repeat(500)), counting)).toBe(true);
    expect(counting.reads).toBeLessThanOrEqual(2 * counting.length);
  });
});

describe('a pattern with values put in', () => {
  test('is compared in place as it would be when it was compiled', () => {
    const token = fc.oneof(
      fc.constant({ kind: 'star' as const }),
      fc.constant({ kind: 'any' as const }),
      fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 7 }), fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 12 }), (tokens, text) => {
        expect(matchesTokens(tokens, text)).toBe(matchesWildcard(createWildcard(tokens), text));
      }),
      { numRuns: 2000 },
    );
  });
});
