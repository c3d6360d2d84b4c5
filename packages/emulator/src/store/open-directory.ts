import { lockWhenFree, type DirectoryLock } from '../locator.ts';
import { openStore, type Store } from './open-store.ts';
import { explained } from './statements.ts';
import { sweepWork } from './work-directory.ts';

/** A data directory that this process works on. */
export interface OpenDirectory {
  store: Store;
  lock: DirectoryLock;
  /** Closes the state and lets others work on it. */
  close(): void;
}

/**
 * Makes this process the one that works on a data directory, and opens the state in it. The directory is made where there is none.
 *
 * @throws EmulatorError ALREADY_RUNNING, DIRECTORY_BUSY, DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW
 */
export async function openDirectory(directory: string, { ephemeral = false } = {}): Promise<OpenDirectory> {
  const lock = await lockWhenFree(directory);
  try {
    explained(directory, () => sweepWork(directory));
    const store = openStore({ directory, ephemeral });
    return {
      lock,
      store,
      close() {
        store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
