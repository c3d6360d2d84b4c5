import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listStepIds, ROOT } from '../find-steps.ts';
import { chooseLanguage, languageOfErrors, withoutLanguage } from './choose-language.ts';
import { createTranslator } from './create-translator.ts';
import { loadTranslator } from './load-translator.ts';

describe('the language of the narration', () => {
  test.each([
    [[], {}, 'en'],
    [[], { LANG: 'ko_KR.UTF-8' }, 'ko'],
    [[], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
    [[], { LANG: 'de_DE.UTF-8' }, 'en'],
    [['03', '--lang', 'ko'], {}, 'ko'],
    [['--lang=en'], { LANG: 'ko_KR' }, 'en'],
  ])('of %j with %j is %s', (argv, env, language) => {
    expect(chooseLanguage(argv, env)).toBe(language);
  });

  test.each([[['--lang', 'de']], [['--lang']], [['--lang=']]])('%j is refused', (argv) => {
    expect(() => chooseLanguage(argv, {})).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('of an error about a language that there is not is that of the locale', () => {
    expect(languageOfErrors(['--lang', 'de'], { LANG: 'ko_KR.UTF-8' })).toBe('ko');
    expect(languageOfErrors(['--lang', 'de'], {})).toBe('en');
    expect(languageOfErrors(['--lang=ko'], {})).toBe('ko');
  });

  test('is not an argument of the step', () => {
    expect(withoutLanguage(['03', '--lang', 'ko', '--json'])).toEqual(['03', '--json']);
    expect(withoutLanguage(['--lang=ko', '03'])).toEqual(['03']);
  });
});

describe('a translation', () => {
  const translate = createTranslator([
    {
      'Nothing exists.': '아무것도 없습니다.',
      'Hint {} of 3: {}': '힌트 {1}/3: {2}',
      '{} in {} s': '{2}초 만에 {1}',
      'done in {} s': '{1}초 걸림',
    },
  ]);

  test.each([
    ['Nothing exists.', '아무것도 없습니다.'],
    ['Hint 2 of 3: Nothing exists.', '힌트 2/3: 아무것도 없습니다.'],
    ['done in 1.5 s', '1.5초 걸림'],
    ['made in 2 s', '2초 만에 made'],
    ['said in no dictionary', 'said in no dictionary'],
    ['made; Nothing exists.', 'made; 아무것도 없습니다.'],
    ['Nothing exists. [NO_STATE]', '아무것도 없습니다. [NO_STATE]'],
  ])('%s', (english, korean) => {
    expect(translate(english)).toBe(korean);
  });
});

test('the title of every exercise is told in Korean', async () => {
  const translate = await loadTranslator('ko');
  for (const id of await listStepIds()) {
    const exercises = JSON.parse(readFileSync(join(ROOT, 'tutorials', id, 'exercises.json'), 'utf8')) as { title: string }[];
    for (const [index, { title }] of exercises.entries())
      expect(translate(`Exercise ${index + 1}: ${title}`), `${id}: ${title}`).toMatch(/^연습 \d: [^a-z]*[가-힣]/);
  }
});

test('every translation uses the placeholders of its sentence, and no other', () => {
  const texts = JSON.parse(readFileSync(join(import.meta.dirname, 'ko.json'), 'utf8')) as Record<string, string>;
  for (const [english, korean] of Object.entries(texts)) {
    const count = english.split('{}').length - 1;
    for (const [, number] of korean.matchAll(/\{(\d)\}/g)) expect(Number(number), english).toBeLessThanOrEqual(count);
  }
});

test.each([
  "There is no step '99'. There is: 01-local-agent. [UNKNOWN_STEP]",
  "Unknown option '--x'. See npm start -- --help. [USAGE]",
  '02 needs what 01 makes, and that has not been run (run 1a2b3c). Run it first: npm start -- 01 [MISSING_STEP]',
])('%s is told in Korean, its code as it was', async (text) => {
  const korean = (await loadTranslator('ko'))(text);
  expect(korean).toMatch(/[가-힣].*\[[A-Z_]+\]$/s);
  expect(korean).not.toContain('There is');
});
