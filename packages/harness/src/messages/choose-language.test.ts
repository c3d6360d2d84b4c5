import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseLanguage } from './choose-language.ts';

const LAUNCH = new URL('../../launch/', import.meta.url);

test.each([
  [[], {}, 'en'],
  [[], { LANG: 'ko' }, 'ko'],
  [[], { LANG: 'ko_KR.UTF-8' }, 'ko'],
  [[], { LANG: 'KO_kr' }, 'ko'],
  // Konkani.
  [[], { LANG: 'kok_IN' }, 'en'],
  [[], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
  [[], { LANG: 'ko_KR.UTF-8', LC_ALL: '' }, 'ko'],
  [[], { LANG: 'de_DE.UTF-8' }, 'en'],
  [['03', '--lang', 'ko'], {}, 'ko'],
  [['--lang=en'], { LANG: 'ko_KR' }, 'en'],
  [['--lang', 'de'], { LANG: 'ko_KR' }, 'ko'],
  [['--lang', 'ko', '--lang=en'], {}, 'en'],
  [['01', '{"prompt":"What does --lang ko do?"}'], {}, 'en'],
  [['--lang'], {}, 'en'],
] as const)('the language of %j with %j is %s, of the launcher too', async (argv, env, language) => {
  expect(chooseLanguage(argv, env)).toBe(language);
  const { createMessages } = (await import(new URL('messages.mjs', LAUNCH).href)) as {
    createMessages(argv: readonly string[], env: object): (id: string) => string;
  };
  const { failed } = JSON.parse(readFileSync(new URL(`${language}.json`, LAUNCH), 'utf8')) as { failed: string };
  expect(createMessages(argv, env)('failed')).toBe(failed);
});
