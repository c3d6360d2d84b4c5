import { DeployError } from '../errors.ts';
import { readArguments } from './arguments.ts';
import { commands } from './commands.ts';
import type { Output } from './printer.ts';
import { usage } from './usage.ts';

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
    const parsed = readArguments(argv);
    const command = Object.hasOwn(commands, parsed.command) ? commands[parsed.command] : undefined;
    if (command === undefined) {
      const asked = parsed.command === 'help';
      (asked ? out : err).write(asked ? usage : `There is no command "${parsed.command}".\n\n${usage}`);
      return asked ? 0 : 2;
    }
    return await command(parsed, { out, signal, unread });
  } catch (error) {
    if (!(error instanceof DeployError)) {
      err.write(`A bug in agentcore-deploy, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`);
      return 1;
    }
    if (argv.includes('--json')) out.write(`${JSON.stringify({ type: 'error', code: error.code, message: error.message })}\n`);
    else err.write(`${error.code}: ${error.message}\n`);
    return error.code === 'INVALID_CONFIG' ? 2 : 1;
  }
}
