import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BLOB_FOLDERS, listBlobs } from '../store/blob-folders.ts';
import { openDatabase, type Store } from '../store/open-store.ts';
import { OWN_KINDS } from '../store/own-kinds.ts';
import { explained } from '../store/statements.ts';
import { KEY_FILE, STATE_FILE } from './manifest.ts';
import type { ReadExport } from './read-export.ts';

/**
 * Puts an export in place of the state. All of it or nothing, also when it is killed: blobs and keys are only added until the database is replaced in
 * one transaction, and what nothing refers to any more goes after that.
 *
 * The access keys of this emulator stay, so that a shell that was set up goes on working. An export with secrets brings its own in addition, and the
 * keys of the model and of the vendor that the providers in it hold.
 *
 * @throws EmulatorError DATA_DIRECTORY_UNUSABLE
 */
export async function applyExport(store: Store, { manifest, directory }: ReadExport): Promise<void> {
  const blobs = manifest.blobs.filter((path) => BLOB_FOLDERS.includes(path.split('/', 1)[0]!));
  for (const path of blobs) await addBlob(store.directory, directory, path);
  if (manifest.secrets) {
    const keys = await readFile(join(directory, KEY_FILE));
    explained(store.directory, () => store.sealer.addKeys(keys));
    markKeys(join(directory, STATE_FILE));
    store.replaceWith(join(directory, STATE_FILE), { keep: ['access-key'], skip: [] });
  } else {
    store.replaceWith(join(directory, STATE_FILE), { keep: OWN_KINDS, skip: OWN_KINDS });
  }
  const present = new Set(blobs);
  for (const path of listBlobs(store.directory)) if (!present.has(path)) rmSync(join(store.directory, path), { force: true });
}

/** Of the keys in it those that are not ours already are the exporter's: see `removeImportedKeys`. */
function markKeys(file: string): void {
  const database = openDatabase(file, true);
  try {
    database.exec("UPDATE items SET body = json_set(body, '$.imported', json('true')) WHERE kind = 'access-key'");
  } finally {
    database.close();
  }
}

async function addBlob(dataDirectory: string, directory: string, path: string): Promise<void> {
  const target = join(dataDirectory, path);
  if (existsSync(target)) return;
  // On the disk before it has its name: a blob that is present is whole, even after a power cut.
  const file = await open(join(directory, path), 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  renameSync(join(directory, path), target);
}
