import type { Language } from './catalog.ts';

/**
 * The language of a command: that of a valid `--lang`, or else of the locale (LC_ALL, LC_MESSAGES, LANG, in this order, as in POSIX). It is known before
 * the command line is parsed, because errors in the command line have a language too.
 */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const wanted = argv.flatMap((text, index) => {
    if (text.startsWith('--lang=')) return [text.slice('--lang='.length)];
    return argv[index - 1] === '--lang' ? [text] : [];
  });
  const last = wanted.at(-1);
  if (last === 'en' || last === 'ko') return last;
  return /^ko(?![a-z])/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'ko' : 'en';
}
