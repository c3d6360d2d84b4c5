import { Option } from 'commander';
import type { Language, Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { parseAge } from '../sweep/parse-age.ts';
import { usageError } from './usage-error.ts';

/** What was given on the command line. An option that was not given is not there. */
export interface Options {
  target?: 'local' | 'aws';
  model?: 'local' | 'openai';
  run?: string;
  from?: string;
  break?: string;
  repair?: boolean;
  olderThan?: { text: string; ms: number };
  expectNothing?: boolean;
  yes?: boolean;
  verbose?: boolean;
  json?: boolean;
  lang?: Language;
}

export type OptionName = keyof Options;

/** The options in the order of the help. */
const OPTIONS: readonly [OptionName, string, Message, ((value: string) => unknown)?][] = [
  ['target', '--target <target>', t('help.target'), oneOf('--target', ['local', 'aws'])],
  ['model', '--model <model>', t('help.model'), oneOf('--model', ['local', 'openai'])],
  ['break', '--break <N>', t('help.break')],
  ['repair', '--repair', t('help.repair')],
  ['from', '--from <tutorial>', t('help.from')],
  ['run', '--run <ID>', t('help.run')],
  ['olderThan', '--older-than <age>', t('help.olderThan'), (text) => ({ text, ms: parseAge(text) })],
  ['expectNothing', '--expect-nothing', t('help.expectNothing')],
  ['yes', '-y, --yes', t('help.yes')],
  ['verbose', '--verbose', t('help.verbose')],
  ['json', '--json', t('help.json')],
  ['lang', '--lang <language>', t('help.lang'), oneOf('--lang', ['en', 'ko'])],
];

/** The options of a command for the parser. */
export function createOptions(names: readonly OptionName[], language: Language): Option[] {
  return OPTIONS.filter(([name]) => names.includes(name)).map(([, flags, description, parse]) => {
    const option = new Option(flags, description.in(language));
    return parse === undefined ? option : option.argParser(parse);
  });
}

export const ALL_OPTIONS: readonly OptionName[] = OPTIONS.map(([name]) => name);

/** How an option is written, as in `--older-than`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function oneOf(option: string, choices: readonly string[]): (value: string) => string {
  return (value) => {
    if (!choices.includes(value)) throw usageError(t('usage.choice', { value, option, choices }));
    return value;
  };
}
