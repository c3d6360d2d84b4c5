#!/usr/bin/env node
import { basename, dirname, join } from 'node:path';
import { commandAt } from './command-at.ts';
import { COMMANDS } from './commands/index.ts';
import { listStepIds, loadStep, ROOT } from './find-steps.ts';
import { HELP } from './help.ts';
import { chooseLanguage, languageOfErrors } from './language/choose-language.ts';
import { loadTranslator } from './language/load-translator.ts';
import { presentError } from './present-error.ts';
import { runTutorials } from './run-tutorials.ts';

const argv = process.argv.slice(2).filter((text) => text !== '--');
const at = commandAt(argv);
const word = argv[at] ?? '';
process.exitCode = Object.hasOwn(COMMANDS, word) ? await runCommand(word, argv.toSpliced(at, 1)) : await runTutorials(argv, await here());

/** In a tutorial's folder `npm start` runs that tutorial, unless the command names others: then it works as in the root. */
async function here(): Promise<Parameters<typeof runTutorials>[1]> {
  const folder = process.cwd();
  const id = basename(folder);
  const namesSteps =
    argv.some((text, index) => argv[index - 1] !== '--break' && isStep(text)) || argv.some((text) => /^--from(?:=|$)/.test(text));
  if (namesSteps || dirname(folder) !== join(ROOT, 'tutorials') || !(await listStepIds()).includes(id)) return {};
  return { only: { step: await loadStep(id), folder } };
}

function isStep(text: string): boolean {
  return text === 'all' || text === 'list' || /^\d\d?(?:-[a-z-]+)?$/.test(text);
}

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
