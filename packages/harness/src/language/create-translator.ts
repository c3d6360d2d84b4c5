/** English sentences and what they are in another language. `{}` stands for any text; in the translation `{1}` is the first of these. */
export type Dictionary = Readonly<Record<string, string>>;

export type Translate = (text: string) => string;

/**
 * Translates whole sentences. What is in no dictionary stays as it is; what stands for `{}` is translated itself, where it can be, and so is
 * each of several sentences that a semicolon separates.
 */
export function createTranslator(dictionaries: readonly Dictionary[]): Translate {
  const entries = dictionaries.flatMap((dictionary) => Object.entries(dictionary));
  const exact = new Map(entries.filter(([english]) => !english.includes('{}')));
  const patterns = entries
    .filter(([english]) => english.includes('{}'))
    // The more a pattern says itself, the less it leaves to chance.
    .sort(([one], [other]) => other.length - one.length)
    .map(([english, translated]) => ({ pattern: new RegExp(`^${english.split('{}').map(escape).join('(.+?)')}$`, 's'), translated }));
  const translate: Translate = (text) => {
    // The code of an error is the same in every language.
    const code = / \[\w+\]$/.exec(text)?.[0];
    if (code !== undefined) return translate(text.slice(0, -code.length)) + code;
    const known = exact.get(text);
    if (known !== undefined) return known;
    for (const { pattern, translated } of patterns) {
      const parts = pattern.exec(text)?.slice(1);
      if (parts) return translated.replaceAll(/\{(\d)\}/g, (_, number: string) => translate(parts[Number(number) - 1] ?? ''));
    }
    return text.includes('; ') ? text.split('; ').map(translate).join('; ') : text;
  };
  return translate;
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
