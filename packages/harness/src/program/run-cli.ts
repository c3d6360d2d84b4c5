import type { CommandContext } from '../commands/context.ts';
import { loadCommand } from '../commands/index.ts';
import { HarnessError } from '../errors.ts';
import { listStepIds, stateDirectory, stepAt } from '../find-steps.ts';
import { chooseLanguage } from '../messages/choose-language.ts';
import { t } from '../messages/index.ts';
import { createNarrator } from '../narrator.ts';
import { presentError } from '../present-error.ts';
import { printError } from '../print-error.ts';
import { describeTerminal } from '../terminal/describe-terminal.ts';
import { parseCommandLine } from './parse-command-line.ts';

/** The command behind `npm start`. Returns the exit status. */
export async function runCli(argv: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Promise<number> {
  const language = chooseLanguage(argv, env);
  // There is nowhere to say that it failed.
  process.stderr.on('error', () => undefined);
  try {
    requireNode();
    const line = parseCommandLine(argv, language, describeTerminal(process.stdout, env).columns());
    if ('help' in line) {
      ignoreClosedOutput();
      process.stdout.write(line.help);
      return 0;
    }
    const { command, words, options } = line;
    const ids = await listStepIds();
    const { verbose = false } = options;
    const out = options.json ? process.stderr : process.stdout;
    const context: CommandContext = {
      words,
      options,
      language,
      ids,
      here: stepAt(cwd, ids),
      directory: stateDirectory(),
      say: createNarrator({ out, language, verbose }),
      brief: () => createNarrator({ out, language, verbose, brief: !verbose }),
    };
    // Running tutorials ends in an orderly way when the output is closed. The other commands go on unheard.
    if (command !== 'run' || options.break !== undefined || options.repair) ignoreClosedOutput();
    return await (
      await loadCommand(command)
    )(context);
  } catch (error) {
    const presented = presentError(error, false);
    printError(presented, { language });
    return presented.status;
  }
}

/** The reader of a pipe may have enough, as in `doctor | head`. */
function ignoreClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function requireNode(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) throw new HarnessError('OLD_NODE', t('usage.oldNode', { version: process.version }));
}
