import { parseArgs } from 'node:util';
import { HarnessError } from '../errors.ts';
import { stateDirectory } from '../find-steps.ts';
import { chooseLanguage, withoutLanguage, type Language } from '../language/choose-language.ts';
import { loadTranslator } from '../language/load-translator.ts';
import { createNarrator, type Narrator } from '../narrator.ts';
import { openAwsTarget, openLocalTarget, type Target } from '../target.ts';

export interface CommandOptions {
  json: boolean;
  yes: boolean;
  target: 'local' | 'aws';
  words: string[];
  language: Language;
}

/** The options that `status`, `check`, `hints`, `doctor` and `reset` share. Only some of them take words beside. */
export function parseCommand(argv: readonly string[], { takesWords = false } = {}): CommandOptions {
  try {
    const { values, positionals } = parseArgs({
      args: withoutLanguage(argv).filter((text) => text !== '--'),
      allowPositionals: true,
      options: { target: { type: 'string' }, json: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
    });
    const { target = 'local', json = false, yes = false } = values;
    if (target !== 'local' && target !== 'aws') throw new HarnessError('USAGE', `--target: '${target}' is not one. Expected local or aws.`);
    if (!takesWords && positionals.length > 0)
      throw new HarnessError('USAGE', `Unexpected argument '${positionals[0]}': this command takes none. See npm start -- --help.`);
    return { json, yes, target, words: positionals, language: chooseLanguage(argv, process.env) };
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError('USAGE', `${(cause as Error).message.split('. To specify', 1)[0]}. See npm start -- --help.`, { cause });
  }
}

/**
 * Opens the target as the learner's own steps do, and closes it in any case. On an account it says where it is, and that it only reads.
 *
 * @param work Begins anew when the emulator was inside of another command, and has ended with that: it must only read, and print nothing.
 */
export async function withTarget<T>(
  options: CommandOptions,
  work: (target: Target, directory: string) => Promise<T>,
  plan: readonly string[] = ['It only reads.'],
): Promise<T> {
  const directory = stateDirectory();
  const say = await narratorFor(options);
  for (;;) {
    const target =
      options.target === 'aws'
        ? await openAwsTarget({ yes: true, plan, say, models: process.env['OPENAI_API_KEY'] ? ['openai'] : [] })
        : await openLocalTarget({ directory, ephemeral: false });
    try {
      return await work(target, directory);
    } catch (error) {
      if (!(await target.hasEnded())) throw error;
    } finally {
      await target.close();
    }
  }
}

/** Standard output is for the result: with --json everything else goes to standard error. */
export async function narratorFor({ json, language }: Pick<CommandOptions, 'json' | 'language'>): Promise<Narrator> {
  return createNarrator(json ? process.stderr : process.stdout, await loadTranslator(language));
}
