import { HarnessError } from '../errors.ts';

export type Language = 'en' | 'ko';

/**
 * The language of the narration: what `--lang` says, or else the locale (LC_ALL, LC_MESSAGES, LANG, in that order, as POSIX has it).
 *
 * @throws HarnessError USAGE for a language that there is not
 */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const index = argv.findIndex((text) => text === '--lang' || text.startsWith('--lang='));
  const wanted = index === -1 ? undefined : argv[index]?.includes('=') ? argv[index]?.slice('--lang='.length) : argv[index + 1];
  if (index !== -1 && wanted !== 'en' && wanted !== 'ko')
    throw new HarnessError('USAGE', `--lang: '${wanted ?? ''}' is not one. Expected en or ko.`);
  if (wanted === 'en' || wanted === 'ko') return wanted;
  return (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '').startsWith('ko') ? 'ko' : 'en';
}

/** The same for whoever reports an error, which may be that `--lang` names none: then it is that of the locale. */
export function languageOfErrors(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  try {
    return chooseLanguage(argv, env);
  } catch {
    return chooseLanguage([], env);
  }
}

/** The arguments without `--lang`. */
export function withoutLanguage(argv: readonly string[]): string[] {
  return argv.filter((text, index) => !text.startsWith('--lang') && argv[index - 1] !== '--lang');
}
