import { rmdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmulatorError } from '../emulator-error.ts';
import { lockWhenFree } from '../locator.ts';
import { BLOB_FOLDERS } from '../store/blob-folders.ts';

const OWN = ['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm', 'seal.key', 'sessions', 'cache', 'transfer', ...BLOB_FOLDERS];

/**
 * Deletes the state in a data directory, keys included, whether it can be read or not; and the directory, unless it holds what is not the
 * emulator's. No emulator may run on it.
 *
 * @throws EmulatorError ALREADY_RUNNING, DIRECTORY_BUSY, DATA_DIRECTORY_UNUSABLE
 */
export async function removeState({ dataDirectory }: { dataDirectory: string }): Promise<void> {
  const lock = await lockWhenFree(dataDirectory).catch(async (error: unknown) => {
    // The lock can be what is damaged.
    if (!(error instanceof EmulatorError && error.code === 'STATE_DAMAGED')) throw error;
    await rm(join(dataDirectory, 'lock.sqlite'));
    return lockWhenFree(dataDirectory);
  });
  try {
    await Promise.all(OWN.map((name) => rm(join(dataDirectory, name), { recursive: true, force: true })));
  } catch (error) {
    lock.release();
    throw error;
  }
  lock.releaseAndRemove();
  // Not empty, or used by the next one already.
  await rmdir(dataDirectory).catch(() => undefined);
}
