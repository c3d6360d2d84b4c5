import { CommanderError } from 'commander';
import { EmulatorError } from '../emulator-error.ts';
import { createProgram, type Invocation } from './create-program.ts';

/** Runs one command of `agentcore-local` and returns its exit status: 0 done, 1 a bug, 2 a mistake in its use. */
export async function runCli(argv: string[]): Promise<number> {
  try {
    let invocation: Invocation | undefined;
    createProgram((invoked) => (invocation = invoked)).parse(argv, { from: 'user' });
    if (!invocation) return 0;
    const run = await invocation.command.load();
    return await run(invocation.options, invocation.rest);
  } catch (error) {
    // Help or the version was printed; without a command, help is an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof EmulatorError)) throw error;
    process.stderr.write(`agentcore-local: ${error.message} [${error.code}]\n`);
    return 2;
  }
}
