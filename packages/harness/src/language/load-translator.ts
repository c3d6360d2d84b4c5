import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listStepIds, ROOT } from '../find-steps.ts';
import type { Language } from './choose-language.ts';
import { createTranslator, type Dictionary, type Translate } from './create-translator.ts';

/** The translator of a language: the dictionary of this package, and `ko.json` in the folder of each tutorial. English needs none. */
export async function loadTranslator(language: Language): Promise<Translate> {
  if (language === 'en') return (text) => text;
  const files = [
    join(import.meta.dirname, `${language}.json`),
    ...(await listStepIds()).map((id) => join(ROOT, 'tutorials', id, `${language}.json`)),
  ];
  return createTranslator(files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Dictionary));
}
