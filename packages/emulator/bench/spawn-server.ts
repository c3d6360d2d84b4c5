import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export interface SpawnedServer {
  /** The JSON of its first line. */
  info: Record<string, string>;
  startMs: number;
  /** Resident memory in MB. */
  rss(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a server program, and waits for the line that it prints when it is ready. */
export async function spawnServer(args: readonly string[]): Promise<SpawnedServer> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return {
    startMs: performance.now() - began,
    info: JSON.parse(line as string) as Record<string, string>,
    async rss() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
