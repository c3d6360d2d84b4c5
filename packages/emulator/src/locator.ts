import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EmulatorInfo } from './emulator-info.ts';
import { EmulatorError } from './emulator-error.ts';

const FILE = 'emulator.json';

type Locator = Pick<EmulatorInfo, 'endpoint' | 'pid' | 'adminToken'>;

/**
 * Makes this process the only one that works on a data directory, until `release`.
 *
 * The lock is an open SQLite transaction: the operating system frees it when the process ends, however it ends, so a stale lock cannot be.
 * @throws EmulatorError ALREADY_RUNNING
 */
export function lockDirectory(directory: string): { publish(info: EmulatorInfo): void; release(): void } {
  const lock = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
  } catch (cause) {
    lock.close();
    const other = readLocator(directory);
    const where = other ? ` at ${other.endpoint} (pid ${other.pid})` : '';
    throw new EmulatorError(
      'ALREADY_RUNNING',
      `An emulator is already running on ${directory}${where}. Use that one, stop it, or give another --data directory.`,
      { cause },
    );
  }
  const file = join(directory, FILE);
  rmSync(file, { force: true });
  return {
    publish({ endpoint, pid, adminToken }) {
      // Written beside and renamed: a reader sees all of it or nothing. Keys are not in it: whoever holds the token can ask for them.
      writeFileSync(`${file}.tmp`, JSON.stringify({ endpoint, pid, adminToken } satisfies Locator), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    },
    release() {
      rmSync(file, { force: true });
      lock.close();
    },
  };
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
