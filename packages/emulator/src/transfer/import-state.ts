import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unpackTar } from 'modern-tar/fs';
import { EmulatorError } from '../emulator-error.ts';
import { createBlobStore } from '../registry/blob-store.ts';
import { openDirectory } from '../store/open-directory.ts';
import { openDatabase } from '../store/open-store.ts';
import { OWN_KINDS } from '../store/own-kinds.ts';
import { explained } from '../store/statements.ts';
import { BLOBS, isManifest, KEY_FILE, MANIFEST_FILE, STATE_FILE, type ExportManifest } from './manifest.ts';

/**
 * Puts an export in place of what a data directory holds. No emulator may run on it. All of it or nothing: blobs and key are only added, and the
 * database is replaced in one transaction at the end.
 *
 * @throws EmulatorError ALREADY_RUNNING, IMPORT_REFUSED when the file is not an export, STATE_TOO_NEW, DATA_DIRECTORY_UNUSABLE
 */
export async function importState({ file, dataDirectory }: { file: string; dataDirectory: string }): Promise<ExportManifest> {
  const { store, lock } = openDirectory(dataDirectory);
  try {
    const workspace = await mkdtemp(join(dataDirectory, 'import-'));
    try {
      const manifest = await unpack(resolve(file), workspace);
      const copy = join(workspace, STATE_FILE);
      bringUp(file, dataDirectory, copy);
      await addBlobs(file, join(workspace, BLOBS), join(dataDirectory, 'blobs'));
      if (manifest.secrets) store.sealer.addKeys(await readFile(join(workspace, KEY_FILE)));
      store.replaceWith(copy, manifest.secrets ? [] : OWN_KINDS);
      return manifest;
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  } finally {
    store.close();
    lock.release();
  }
}

async function unpack(file: string, workspace: string): Promise<ExportManifest> {
  try {
    await pipeline(createReadStream(file), unpackTar(workspace, { fmode: 0o600, dmode: 0o700 }));
    const manifest: unknown = JSON.parse(await readFile(join(workspace, MANIFEST_FILE), 'utf8'));
    if (!isManifest(manifest)) throw new Error('its manifest is not one of an export that this emulator knows');
    return manifest;
  } catch (cause) {
    throw refused(file, cause);
  }
}

/** An export of an older emulator has the layout of its time. */
function bringUp(file: string, directory: string, copy: string): void {
  try {
    explained(directory, () => openDatabase(copy, true)).close();
  } catch (error) {
    throw error instanceof EmulatorError && error.code === 'STATE_DAMAGED' ? refused(file, error.cause) : error;
  }
}

async function addBlobs(file: string, from: string, to: string): Promise<void> {
  const blobs = createBlobStore(to);
  const directories = await readdir(from, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const path of directories) {
    const digest = /^[0-9a-f]{2}[/\\]([0-9a-f]{64})$/.exec(path)?.[1];
    if (digest === undefined) continue;
    try {
      // Measured again as it is written: what was changed in the file does not get in under its old name.
      await blobs.write(createReadStream(join(from, path)), { expected: `sha256:${digest}` });
    } catch (cause) {
      if ((cause as Error).name === 'DigestMismatch') throw refused(file, cause);
      throw cause;
    }
  }
}

function refused(file: string, cause: unknown): EmulatorError {
  return new EmulatorError(
    'IMPORT_REFUSED',
    `${file} is not an export that can be read: ${(cause as Error).message}. Give a file that agentcore-local export has written.`,
    { cause },
  );
}
