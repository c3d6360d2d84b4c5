#!/usr/bin/env node
import { commandAt } from './command-at.ts';
import { COMMANDS } from './commands/index.ts';
import { HELP } from './help.ts';
import { chooseLanguage, languageOfErrors } from './language/choose-language.ts';
import { loadTranslator } from './language/load-translator.ts';
import { presentError } from './present-error.ts';
import { runTutorials } from './run-tutorials.ts';

const argv = process.argv.slice(2).filter((text) => text !== '--');
const at = commandAt(argv);
const word = argv[at] ?? '';
process.exitCode = Object.hasOwn(COMMANDS, word) ? await runCommand(word, argv.toSpliced(at, 1)) : await runTutorials(argv);

async function runCommand(name: string, args: readonly string[]): Promise<number> {
  // Whoever reads may have enough (`doctor | head`): what is still to be done is done unheard.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  try {
    if (args.includes('--help') || args.includes('-h')) {
      process.stdout.write(HELP[chooseLanguage(args, process.env)]);
      return 0;
    }
    const command = await COMMANDS[name]?.();
    return (await command?.(args)) ?? 0;
  } catch (error) {
    const { text, status } = presentError(error, false);
    const translate = await loadTranslator(languageOfErrors(args, process.env));
    process.stderr.write(`\n${translate(text)}\n`);
    return status;
  }
}
