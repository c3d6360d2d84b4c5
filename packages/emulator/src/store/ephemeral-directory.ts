import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../locator.ts';

const PREFIX = 'agentcore-local-';
/** In such a directory only: one of the same name that somebody gave with --data is never removed. */
const MARK = 'ephemeral';
/** Between making a directory and locking it an emulator needs far less, in milliseconds. */
const SETTLED_MS = 60_000;

/** Makes a data directory that is kept as long as its emulator runs, and removes those of emulators that were killed. */
export async function makeEphemeralDirectory(): Promise<string> {
  const parent = tmpdir();
  await Promise.all(leftovers(parent).map((directory) => rm(directory, { recursive: true, force: true }).catch(() => undefined)));
  const directory = await mkdtemp(join(parent, PREFIX));
  writeFileSync(join(directory, MARK), '');
  return directory;
}

/** Of whoever starts a durable emulator on what an ephemeral one has left, to keep it. */
export function keepDirectory(directory: string): void {
  rmSync(join(directory, MARK), { force: true });
}

function leftovers(parent: string): string[] {
  return namesIn(parent)
    .filter((name) => name.startsWith(PREFIX) && name.length === PREFIX.length + 6)
    .map((name) => join(parent, name))
    .filter(isLeftover);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // One may write into a directory for temporary files that one may not read.
    return [];
  }
}

/** The user's own, marked, not just made, and locked by nobody. */
function isLeftover(directory: string): boolean {
  try {
    const { uid, mtimeMs } = lstatSync(directory);
    if (uid !== (process.getuid?.() ?? uid) || Date.now() - mtimeMs < SETTLED_MS) return false;
    if (!lstatSync(join(directory, MARK)).isFile()) return false;
    lockDirectory(directory).release();
    return true;
  } catch {
    // Not marked, in use, or another start was faster.
    return false;
  }
}
