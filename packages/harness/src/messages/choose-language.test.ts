import { expect, test } from 'vitest';
import { chooseLanguage } from './choose-language.ts';

test.each([
  [[], {}, 'en'],
  [[], { LANG: 'ko_KR.UTF-8' }, 'ko'],
  [[], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
  [[], { LANG: 'de_DE.UTF-8' }, 'en'],
  [['03', '--lang', 'ko'], {}, 'ko'],
  [['--lang=en'], { LANG: 'ko_KR' }, 'en'],
  [['--lang', 'de'], { LANG: 'ko_KR' }, 'ko'],
  [['--lang'], {}, 'en'],
])('the language of %j with %j is %s', (argv, env, language) => {
  expect(chooseLanguage(argv, env)).toBe(language);
});
