import { CommanderError } from 'commander';
import { DeployError } from '../errors.ts';
import { createProgram, type Invocation } from './create-program.ts';
import type { Output } from './printer.ts';

export interface MainOptions {
  out: Output;
  err: Output;
  signal: AbortSignal;
  /** Aborted when nobody reads `out` any more. */
  unread?: AbortSignal;
}

/** Runs one command. Returns the exit status: 0 done, 1 failed, 2 a mistake in the call. */
export async function main(argv: string[], { out, err, signal, unread = new AbortController().signal }: MainOptions): Promise<0 | 1 | 2> {
  try {
    let invocation: Invocation | undefined;
    createProgram({ out, err, onCommand: (invoked) => (invocation = invoked) }).parse(argv, { from: 'user' });
    if (!invocation) return 0;
    const action = await invocation.command.load();
    return await action(invocation, { out, signal, unread });
  } catch (error) {
    // Help or the version was printed; without a command, help is an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof DeployError)) {
      err.write(`This is a bug in agentcore-deploy. Please report it:\n${error instanceof Error ? error.stack : String(error)}\n`);
      return 1;
    }
    if (argv.includes('--json')) out.write(`${JSON.stringify({ type: 'error', code: error.code, message: error.message })}\n`);
    else err.write(`${error.code}: ${error.message}\n`);
    return error.code === 'INVALID_CONFIG' ? 2 : 1;
  }
}
