import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { EmulatorInfo } from './emulator-info.ts';
import { EmulatorError } from './emulator-error.ts';
import { makeDirectory } from './store/make-directory.ts';
import { explained } from './store/statements.ts';

const FILE = 'emulator.json';
const LOCK = 'lock.sqlite';
const SQLITE_BUSY = 5;
/** An emulator that ends gives its sessions 5 seconds, and needs little more. */
const SETTLED_MS = 10_000;
/** How long a running emulator may take to answer, in milliseconds. One that was killed refuses the connection at once. */
const ANSWER_MS = 5_000;
/** Between two looks, in milliseconds. */
const LOOK_MS = 50;

type Locator = Pick<EmulatorInfo, 'endpoint' | 'pid' | 'adminToken'>;

export interface DirectoryLock {
  /** Lets others find this emulator. */
  publish(info: EmulatorInfo): void;
  release(): void;
  /** The same, and takes the lock itself away: of a directory that has nothing else of the emulator's any more. */
  releaseAndRemove(): void;
}

/**
 * Makes this process the only one that works on a data directory, until `release`.
 *
 * The lock is an open SQLite transaction: the operating system frees it when the process ends, however it ends, so a stale lock cannot be.
 * @throws EmulatorError DIRECTORY_BUSY, DATA_DIRECTORY_UNUSABLE
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = explained(directory, () => openLock(directory));
  const file = join(directory, FILE);
  const release = (): void => {
    rmSync(file, { force: true });
    lock.close();
  };
  return {
    release,
    releaseAndRemove() {
      // While it is held: afterwards it would be the next one's.
      for (const name of [LOCK, `${LOCK}-journal`]) rmSync(join(directory, name), { force: true });
      release();
    },
    publish({ endpoint, pid, adminToken }) {
      explained(directory, () => {
        // Written beside and renamed: a reader sees all of it or nothing. Keys are not in it: whoever holds the token can ask for them.
        writeFileSync(`${file}.tmp`, JSON.stringify({ endpoint, pid, adminToken } satisfies Locator), { mode: 0o600 });
        renameSync(`${file}.tmp`, file);
      });
    },
  };
}

/**
 * The same, of a directory that is made where there is none, whose emulator may be starting or ending, or which a command looks into: that is waited for, 10 seconds at most.
 *
 * @throws EmulatorError ALREADY_RUNNING at once where an emulator answers, DIRECTORY_BUSY after that time, DATA_DIRECTORY_UNUSABLE
 */
export async function lockWhenFree(directory: string, { patienceMs = SETTLED_MS } = {}): Promise<DirectoryLock> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      // Each time: whoever held it may have taken the directory away.
      explained(directory, () => makeDirectory(resolve(directory)));
      return lockDirectory(directory);
    } catch (error) {
      if (!(error instanceof EmulatorError) || error.code !== 'DIRECTORY_BUSY') throw error;
      const running = await findEmulator({ dataDirectory: directory });
      if (running) throw alreadyRunning(directory, running, error);
      if (performance.now() > deadline) throw error;
    }
    await setTimeout(LOOK_MS);
  }
}

function openLock(directory: string): DatabaseSync {
  const path = join(directory, LOCK);
  // SQLite would make it readable for everybody.
  closeSync(openSync(path, 'a', 0o600));
  const file = fileAt(path);
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
    // Whoever held it may have taken it away: what we hold then is a lock that nobody else will find.
    if (file === undefined || fileAt(path) !== file) throw busy(directory);
    rmSync(join(directory, FILE), { force: true });
    return lock;
  } catch (cause) {
    lock.close();
    throw (cause as { errcode?: number }).errcode === SQLITE_BUSY ? busy(directory, cause) : cause;
  }
}

/** What tells the file at `path` from another one in its place. */
function fileAt(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function busy(directory: string, cause?: unknown): EmulatorError {
  const pid = readLocator(directory)?.pid;
  return new EmulatorError(
    'DIRECTORY_BUSY',
    `Another process${pid === undefined ? '' : ` (${pid})`} is at work on ${directory}, and does not answer: an emulator that starts, ends or was stopped, or an import. Wait until it is done, or give another --data directory.`,
    { cause },
  );
}

function alreadyRunning(directory: string, { endpoint, pid }: EmulatorInfo, cause: unknown): EmulatorError {
  return new EmulatorError(
    'ALREADY_RUNNING',
    `An emulator is already running on ${directory} at ${endpoint} (pid ${pid}). Use that one, stop it, or give another --data directory.`,
    { cause },
  );
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
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) return undefined;
    const info = (await response.json()) as EmulatorInfo;
    // Since it was killed its port may have gone to a server that answers whatever it is asked.
    return info.adminToken === locator.adminToken ? info : undefined;
  } catch {
    // It was killed, and its port may be anybody's now.
    return undefined;
  }
}
