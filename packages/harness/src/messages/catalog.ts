export type Language = 'en' | 'ko';

/** The sentences of one language by their ids. `{name}` is a placeholder. */
export type Catalog = Readonly<Record<string, string>>;

/** A sentence and its values, in no language yet: whoever prints it chooses one. */
export interface Message {
  readonly id: string;
  /**
   * @param mark Called with each value that is not a sentence itself, to shorten or to colour it.
   */
  in(language: Language, mark?: (value: string) => string): string;
}

export type Value = string | number | Message | readonly (string | Message)[];

/** The names of the placeholders in a sentence. */
type Placeholder<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** A catalogue with the ids and the placeholders of another one. Anything else does not compile. */
type TranslationOf<En, Ko> = {
  readonly [Id in keyof En]: Id extends keyof Ko
    ? Same<Placeholder<En[Id]>, Placeholder<Ko[Id]>> extends true
      ? Ko[Id]
      : { placeholdersExpected: Placeholder<En[Id]> }
    : string;
} & { readonly [Id in Exclude<keyof Ko, keyof En>]: never };

/** Makes a message from an id of the catalogue, and a value for each placeholder of its sentence. */
export type Translate<En> = <Id extends keyof En & string>(
  id: Id,
  ...values: [Placeholder<En[Id]>] extends [never] ? [] : [Readonly<Record<Placeholder<En[Id]>, Value>>]
) => Message;

/**
 * Brings the two languages of a catalogue together. A key or a placeholder that is missing in one of them, or given no value, does not compile.
 *
 * The types come from `en.d.json.ts` and `ko.d.json.ts`, which `npx pnpm messages` generates: TypeScript types the texts of a JSON file as `string`.
 *
 * @example
 * const t = defineMessages({ en, ko });
 * say.about(t('provider.created', { name }));
 */
export function defineMessages<En extends Catalog, Ko extends Catalog>({
  en,
  ko,
}: {
  en: En;
  ko: Ko & TranslationOf<En, Ko>;
}): Translate<En> {
  const catalogs: Readonly<Record<Language, Catalog>> = { en, ko };
  return (id, ...values) => createMessage(id, (language) => catalogs[language][id] ?? id, values[0] ?? {});
}

/** A text that is the same in every language: a name, a command, what a package or AWS has answered. */
export function verbatim(text: string): Message {
  return { id: 'verbatim', in: (_, mark = (value) => value) => mark(text) };
}

function createMessage(id: string, textIn: (language: Language) => string, values: Readonly<Record<string, Value>>): Message {
  return {
    id,
    in: (language, mark = (value) => value) => {
      const show = (value: Value): string => {
        if (Array.isArray(value)) return value.map(show).join(', ');
        return typeof value === 'object' && 'in' in value ? value.in(language, mark) : mark(String(value));
      };
      return textIn(language).replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
        Object.hasOwn(values, name) ? show(values[name]!) : whole,
      );
    },
  };
}
