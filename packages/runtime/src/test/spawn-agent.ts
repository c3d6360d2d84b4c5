import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface SpawnedAgent {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  output(): string;
  /** Resolves with the exit status and the signal, also where the process has ended already. */
  readonly exited: Promise<[number | null, NodeJS.Signals | null]>;
  invoke(payload: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** Starts a program that runs an app, on a port that the system chooses, and waits until it says where it listens. It ends with the test. */
export async function spawnAgent(file: string, env: Record<string, string> = {}, cwd?: string): Promise<SpawnedAgent> {
  const child = spawn(process.execPath, [file], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', DOCKER_CONTAINER: '0', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      const listening = /Listening on http:\/\/[^"]*:(\d+)/.exec(output);
      if (listening !== null) resolve(Number(listening[1]));
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => reject(new Error(`The agent ended with ${code} before it listened:\n${output}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    process: child,
    url,
    port,
    output: () => output,
    exited,
    invoke: (payload, headers = {}) => fetch(`${url}/invocations`, { method: 'POST', headers, body: JSON.stringify(payload) }),
  };
}
