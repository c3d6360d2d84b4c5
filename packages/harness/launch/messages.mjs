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

/** `--lang`, or else the locale, as the tutorials choose theirs. */
function language(argv, { LC_ALL, LC_MESSAGES, LANG = '' }) {
  const [, wanted] = /(?:^| )--lang[ =](\S+)/.exec(argv.join(' ')) ?? [];
  return (wanted ?? (LC_ALL || LC_MESSAGES || LANG)).startsWith('ko') ? 'ko' : 'en';
}
