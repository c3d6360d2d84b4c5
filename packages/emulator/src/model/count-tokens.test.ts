import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTokens, firstTokens } from './count-tokens.ts';
import { splitArguments, splitWords } from './split-words.ts';

test('the first tokens of any text are a start of it and no more than asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, limit) => {
      const first = firstTokens(text, limit);
      expect(text.startsWith(first)).toBe(true);
      expect(countTokens(first)).toBeLessThanOrEqual(limit);
    }),
  );
});

test('the pieces of any text make that text again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect([...splitWords(text)].join('')).toBe(text);
      expect([...splitArguments(text)].join('')).toBe(text);
    }),
  );
});
