import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Below a data directory: where exports and imports put what they need for a while. */
const WORK = 'transfer';

/** A directory of its own on the disk of the state, for the caller to remove. */
export function makeWorkDirectory(dataDirectory: string): string {
  const parent = join(dataDirectory, WORK);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(parent, 'work-'));
}

/** Removes what an export or an import left behind that was killed. Only whoever holds the lock of the directory may. */
export function sweepWork(dataDirectory: string): void {
  rmSync(join(dataDirectory, WORK), { recursive: true, force: true });
}
