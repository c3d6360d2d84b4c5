import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the entries of `directory` that are named `<pid>-...` after a process that no longer lives: what a `kill -9`
 * left behind.
 */
export async function sweepDeadOwners(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) await rm(join(directory, name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
