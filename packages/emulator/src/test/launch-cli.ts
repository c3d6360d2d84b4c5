import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cliOf } from '../../../../testing/built.ts';
import type { EmulatorInfo } from '../emulator-info.ts';

const CLI = cliOf('emulator');

export interface LaunchedCli {
  child: ChildProcess;
  /** What it printed, so far. */
  output(): string;
  errors(): string;
  /** Resolves with the exit status, null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Starts the command as a process of its own; `uid` and `prefix` (e.g. a shell that sets limits) change how. */
export function launchCli(args: readonly string[], { uid, prefix = [] }: { uid?: number; prefix?: readonly string[] } = {}): LaunchedCli {
  const [file = '', ...rest] = [...prefix, process.execPath, CLI, ...args];
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], ...(uid === undefined ? {} : { uid, gid: uid }) });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, errors: () => errors, ended };
}

export async function runCli(args: readonly string[], options: Parameters<typeof launchCli>[1] = {}) {
  const { ended, output, errors } = launchCli(args, options);
  return { status: await ended, output: output(), errors: errors() };
}

/** Starts an emulator as a process and resolves when it is ready; undefined when it ended before that. */
export async function startProcess(directory: string): Promise<{ info: EmulatorInfo; cli: LaunchedCli } | undefined> {
  const cli = launchCli(['start', '--port', '0', '--data', directory, '--json']);
  const lines = createInterface({ input: cli.child.stdout! });
  const line = await Promise.race([once(lines, 'line'), cli.ended.then(() => undefined)]);
  return line && { info: JSON.parse(line[0] as string) as EmulatorInfo, cli };
}
