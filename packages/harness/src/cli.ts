#!/usr/bin/env node
import { commandAt } from './command-at.ts';
import { COMMANDS } from './commands/index.ts';
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
    const command = await COMMANDS[name]?.();
    return (await command?.(args)) ?? 0;
  } catch (error) {
    const { text, status } = presentError(error, false);
    process.stderr.write(`\n${text}\n`);
    return status;
  }
}
