import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../find-steps.ts';
import { defineMessages, verbatim } from './catalog.ts';

const en = { plain: 'Nothing exists.', two: '{one} before {other}' } as const;
const ko = { plain: '아무것도 없습니다.', two: '{other} 앞에 {one}' } as const;
const t = defineMessages({ en, ko });

test('a message is in the language that it is asked for, with its values where that language has them', () => {
  expect(t('plain').in('ko')).toBe('아무것도 없습니다.');
  expect(t('two', { one: 'a', other: 2 }).in('en')).toBe('a before 2');
  expect(t('two', { one: 'a', other: 2 }).in('ko')).toBe('2 앞에 a');
});

test('a value can be a message, or a list, and a placeholder in a value is a text', () => {
  expect(t('two', { one: t('plain'), other: ['x', t('plain')] }).in('ko')).toBe('x, 아무것도 없습니다. 앞에 아무것도 없습니다.');
  expect(t('two', { one: '{other}', other: '$&' }).in('en')).toBe('{other} before $&');
});

test('values can be shown in another way, sentences cannot', () => {
  const message = t('two', { one: 'arn', other: t('plain') });
  expect(message.in('en', (value) => `<${value}>`)).toBe('<arn> before Nothing exists.');
  expect(verbatim('npm start').in('ko')).toBe('npm start');
});

test('what is missing does not compile', () => {
  const compiles = [
    // @ts-expect-error an id that the catalogue does not have
    () => t('other'),
    // @ts-expect-error no value for `other`
    () => t('two', { one: 'a' }),
    // @ts-expect-error no values at all
    () => t('two'),
    // @ts-expect-error a sentence that is missing in Korean
    () => defineMessages({ en, ko: { plain: '' } }),
    // @ts-expect-error a placeholder that is missing in Korean
    () => defineMessages({ en, ko: { plain: '', two: '{one}' } as const }),
    // @ts-expect-error a sentence that only Korean has
    () => defineMessages({ en, ko: { ...ko, more: '' } as const }),
  ];
  expect(compiles).toHaveLength(6);
});

test('a Korean sentence has no particle that depends on a value', () => {
  const files = globSync(['packages/harness/{src/messages,launch}/ko.json', 'tutorials/*/src/messages/ko.json'], { cwd: ROOT });
  expect(files.length).toBeGreaterThan(9);
  for (const file of files) expect(readFileSync(join(ROOT, file), 'utf8')).not.toMatch(/[을이은과]\([를가는와]\)|\(으\)로/);
});
