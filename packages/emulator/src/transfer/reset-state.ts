import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeImportedKeys } from '../credentials/access-keys.ts';
import { asStateError } from '../store/as-state-error.ts';
import { BLOB_FOLDERS } from '../store/blob-folders.ts';
import type { Store } from '../store/open-store.ts';
import { OWN_KINDS } from '../store/own-kinds.ts';

/**
 * Deletes everything of every account. The keys with which the emulator is reached stay, those that an import has brought go. A crash in between leaves blobs that nothing refers to, and
 * that the next reset removes.
 *
 * @throws EmulatorError DATA_DIRECTORY_UNUSABLE
 */
export async function resetState(store: Store): Promise<void> {
  store.transaction(() => removeImportedKeys(store));
  store.clear(OWN_KINDS);
  try {
    for (const folder of BLOB_FOLDERS) await rm(join(store.directory, folder), { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    throw asStateError(error, store.directory);
  }
}
