import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory, type DirectoryLock } from '../locator.ts';
import { openStore, type Store } from './open-store.ts';
import { explained } from './statements.ts';

/**
 * Makes this process the one that works on a data directory, and opens the state in it. The directory is made where there is none.
 *
 * @throws EmulatorError ALREADY_RUNNING, DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW
 */
export function openDirectory(directory: string, { ephemeral = false } = {}): { store: Store; lock: DirectoryLock } {
  explained(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  const lock = lockDirectory(directory);
  try {
    explained(directory, () => sweep(directory));
    return { lock, store: openStore({ directory, ephemeral }) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes what an export or an import left behind that was killed. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory))
    if (/^(?:export|import)-/.test(name)) rmSync(join(directory, name), { recursive: true, force: true });
}
