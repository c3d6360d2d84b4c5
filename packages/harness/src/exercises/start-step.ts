import { spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The command behind `npm start`, which runs on the Node of this process. */
const CLI: string = fileURLToPath(new URL('../cli.ts', import.meta.url));

export interface Ended {
  status: number;
  /** What it printed, where that was not shown. */
  output: string;
}

export type StartStep = (args: readonly string[], options: { env?: Readonly<Record<string, string>>; quiet?: boolean }) => Promise<Ended>;

/** Runs tutorials in a process of their own: this one has loaded the files as they were before. */
export const startStep: StartStep = async (args, { env = {}, quiet = false }) => {
  const stdio: StdioOptions = quiet ? ['inherit', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(process.execPath, [...process.execArgv, CLI, ...args], { stdio, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  // A terminal's signal reaches the child by itself. Any other has to be passed on.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    return await new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve({ status: status ?? 128 + constants.signals[signal ?? 'SIGTERM'], output }));
    });
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass);
  }
};

function ignore(): void {}
