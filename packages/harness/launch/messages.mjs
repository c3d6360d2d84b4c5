import { readFileSync } from 'node:fs';

/**
 * The launcher's messages, by id. They are not the tutorials' own: those need an installation.
 *
 * @returns {(id: string, values?: Record<string, string | number>) => string}
 */
export function createMessages(argv, env) {
  const messages = JSON.parse(readFileSync(new URL(`./${language(argv, env)}.json`, import.meta.url), 'utf8'));
  return (id, values = {}) => messages[id].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The last `--lang`, or else the locale, as the tutorials choose theirs. */
function language(argv, { LC_ALL, LC_MESSAGES, LANG = '' }) {
  const wanted = argv
    .flatMap((text, index) => (argv[index - 1] === '--lang' ? [text] : text.startsWith('--lang=') ? [text.slice('--lang='.length)] : []))
    .at(-1);
  if (wanted === 'en' || wanted === 'ko') return wanted;
  return /^ko(?![a-z])/i.test(LC_ALL || LC_MESSAGES || LANG) ? 'ko' : 'en';
}
