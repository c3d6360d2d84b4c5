import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { EmulatorError } from '../emulator-error.ts';
import { startEmulator } from '../start-emulator.ts';
import { commandEnvironment } from './command-environment.ts';
import { DATA_VARIABLE, emulatorOptions } from './emulator-options.ts';
import type { CliOptions } from './options.ts';

/** Runs a command with an emulator of its own, and exits as the command did. */
export async function exec(options: CliOptions, [file = '', ...args]: string[]): Promise<number> {
  const emulator = await startEmulator(emulatorOptions(options, { defaultPort: 0 }));
  try {
    return await run(file, args, { ...emulator.env, [DATA_VARIABLE]: emulator.dataDirectory });
  } finally {
    await emulator.stop();
  }
}

function run(file: string, args: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = start(file, args, commandEnvironment(process.env, env));
    // A terminal sends Ctrl-C to the command as well: it decides what that means, and we wait for it.
    const pass = (signal: NodeJS.Signals) => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
    // Not SIGHUP: of a terminal that is closed a second one comes, while the emulator ends.
    const done = () => process.off('SIGINT', pass).off('SIGTERM', pass);
    child.once('error', (cause: NodeJS.ErrnoException) => {
      done();
      reject(notStarted(file, cause));
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/** Of some faults Node tells by an event, of others at once. */
function start(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  try {
    return spawn(file, args, { stdio: 'inherit', env });
  } catch (error) {
    throw notStarted(file, error as NodeJS.ErrnoException);
  }
}

function notStarted(file: string, cause: NodeJS.ErrnoException): EmulatorError {
  const why = cause.code === 'ENOENT' ? 'was not found' : `cannot be run: ${cause.message}`;
  return new EmulatorError('COMMAND_NOT_FOUND', `The command '${file}' ${why}.`, { cause });
}
