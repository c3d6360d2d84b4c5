import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../find-steps.ts';
import { HELP } from '../help.ts';
import { loadTranslator } from './load-translator.ts';

/** A name, a command, an address: the same in every language. */
const IS_NO_SENTENCE = /^(?:npm start|pnpm|arn:|https?:)|^[^ ]*$|^[^a-z]*$|^\(… ms\)$|^How much is /;

describe('whatever is told to a learner can be told in Korean', async () => {
  const translate = await loadTranslator('ko');
  const files = await Array.fromAsync(glob(['packages/harness/src/**/*.ts', 'tutorials/*/src/*.ts'], { cwd: ROOT }));
  const sentences = files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => sentencesIn(readFileSync(join(ROOT, file), 'utf8')).map((sentence) => [file, sentence] as const));

  test('and there is something to tell', () => {
    expect(sentences.length).toBeGreaterThan(100);
  });

  test.each(sentences)('%s: %s', (_, sentence) => {
    expect(translate(sentence)).toMatch(/[가-힣]/);
  });
});

test('both languages of --help tell of the same commands and options', () => {
  const words = (text: string) => [...text.matchAll(/^ {2}npm start(?: -- [\w-]+)?(?: \d\d)?|--[a-z-]+/gm)].map(String).toSorted();
  expect(words(HELP.ko)).toEqual(words(HELP.en));
  expect(words(HELP.en).length).toBeGreaterThan(20);
  for (const line of HELP.ko.split('\n').filter(Boolean)) expect(line).toMatch(/[가-힣]/);
});

/** What is given to a narrator and to an error, and what a criterion says; `…` stands where a value is put in. */
function sentencesIn(source: string): string[] {
  const calls = [...source.matchAll(/\bsay\.(?:heading|about|done|failed)\(|new HarnessError\(/g)].map(({ index, 0: { length } }) =>
    source.slice(index + length, closing(source, index + length)),
  );
  const properties = [...source.matchAll(/^ *(?:claim|title|fix|detail):(.*)$/gm)].map(([, rest = '']) => rest);
  const reasons = [...source.matchAll(/^ *(?:async )?whyNot\b(.*?)^ *hints: (\[.*?\])/gms)].flatMap(([, reason = '', hints = '']) => [
    reason,
    hints,
  ]);
  return [...calls, ...properties, ...reasons].flatMap((part) => literalsIn(part)).filter((text) => !IS_NO_SENTENCE.test(text));
}

/** Where the parenthesis ends that began before a place. */
function closing(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at += 1) {
    if (`'"\``.includes(source[at]!)) at = literalAt(source, at).end;
    else if (source[at] === '(') depth += 1;
    else if (source[at] === ')' && (depth -= 1) === 0) return at;
  }
  return source.length;
}

function literalsIn(source: string): string[] {
  const literals: string[] = [];
  for (let at = 0; at < source.length; at += 1) {
    if (source.startsWith('//', at)) at = source.indexOf('\n', at);
    else if (`'"\``.includes(source[at]!)) {
      const { text, end } = literalAt(source, at);
      literals.push(text);
      at = end;
    }
  }
  return literals;
}

function literalAt(source: string, from: number): { text: string; end: number } {
  const quote = source[from];
  let text = '';
  let at = from + 1;
  for (; at < source.length && source[at] !== quote; at += 1) {
    if (source[at] === '\\') {
      at += 1;
      text += source[at] === 'n' ? '\n' : source[at];
    } else if (quote === '`' && source.startsWith('${', at)) {
      let depth = 1;
      for (at += 2; depth > 0; at += 1) {
        if (`'"\``.includes(source[at]!)) at = literalAt(source, at).end;
        else if (source[at] === '{') depth += 1;
        else if (source[at] === '}') depth -= 1;
      }
      at -= 1;
      text += '…';
    } else text += source[at];
  }
  return { text, end: at };
}
