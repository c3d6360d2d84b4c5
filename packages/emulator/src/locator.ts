import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EmulatorInfo } from './emulator-info.ts';
import { EmulatorError } from './emulator-error.ts';
import { explained } from './store/statements.ts';

const FILE = 'emulator.json';
const SQLITE_BUSY = 5;

type Locator = Pick<EmulatorInfo, 'endpoint' | 'pid' | 'adminToken'>;

export interface DirectoryLock {
  /** Lets others find this emulator. */
  publish(info: EmulatorInfo): void;
  release(): void;
}

/**
 * Makes this process the only one that works on a data directory, until `release`.
 *
 * The lock is an open SQLite transaction: the operating system frees it when the process ends, however it ends, so a stale lock cannot be.
 * @throws EmulatorError ALREADY_RUNNING, DATA_DIRECTORY_UNUSABLE
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = explained(directory, () => openLock(directory));
  const file = join(directory, FILE);
  return {
    publish({ endpoint, pid, adminToken }) {
      explained(directory, () => {
        // Written beside and renamed: a reader sees all of it or nothing. Keys are not in it: whoever holds the token can ask for them.
        writeFileSync(`${file}.tmp`, JSON.stringify({ endpoint, pid, adminToken } satisfies Locator), { mode: 0o600 });
        renameSync(`${file}.tmp`, file);
      });
    },
    release() {
      rmSync(file, { force: true });
      lock.close();
    },
  };
}

function openLock(directory: string): DatabaseSync {
  const path = join(directory, 'lock.sqlite');
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
    rmSync(join(directory, FILE), { force: true });
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    const other = readLocator(directory);
    const where = other ? ` at ${other.endpoint} (pid ${other.pid})` : '';
    throw new EmulatorError(
      'ALREADY_RUNNING',
      `An emulator is already running on ${directory}${where}. Use that one, stop it, or give another --data directory.`,
      { cause },
    );
  }
}

/** What the emulator that works on a directory says of itself; it may have been killed since. */
function readLocator(directory: string): Locator | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as Locator;
  } catch {
    return undefined;
  }
}

/** The emulator that runs on `dataDirectory`, if it answers. */
export async function findEmulator({ dataDirectory }: { dataDirectory: string }): Promise<EmulatorInfo | undefined> {
  const locator = readLocator(dataDirectory);
  if (!locator) return undefined;
  try {
    const response = await fetch(`${locator.endpoint}/_emulator/info`, {
      headers: { authorization: `Bearer ${locator.adminToken}` },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok ? ((await response.json()) as EmulatorInfo) : undefined;
  } catch {
    // It was killed, and its port may be anybody's now.
    return undefined;
  }
}
