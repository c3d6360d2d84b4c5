import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { EmulatorError } from '../emulator-error.ts';
import { asStateError } from '../store/as-state-error.ts';
import { openDirectory } from '../store/open-directory.ts';
import { applyExport } from './apply-export.ts';
import type { ExportManifest } from './manifest.ts';
import { readExport } from './read-export.ts';

/** What an import says of the export that it took. */
export type Imported = Pick<ExportManifest, 'secrets' | 'exportedAt'>;

/**
 * Puts an export in place of what a data directory holds. No emulator may run on it. All of it or nothing.
 *
 * @throws EmulatorError ALREADY_RUNNING, FILE_UNUSABLE, IMPORT_REFUSED when the file is not a whole export, STATE_TOO_NEW, DATA_DIRECTORY_UNUSABLE
 */
export async function importState({ file, dataDirectory }: { file: string; dataDirectory: string }): Promise<Imported> {
  await requireReadable(file);
  const { store, close } = openDirectory(dataDirectory);
  try {
    const read = await readExport(createReadStream(file), file, dataDirectory);
    try {
      await applyExport(store, read);
    } finally {
      await read.discard();
    }
    return { secrets: read.manifest.secrets, exportedAt: read.manifest.exportedAt };
  } catch (error) {
    throw asStateError(error, dataDirectory);
  } finally {
    close();
  }
}

/** @throws EmulatorError FILE_UNUSABLE */
export async function requireReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((cause: Error) => {
    throw new EmulatorError('FILE_UNUSABLE', `${file} cannot be read: ${cause.message}.`, { cause });
  });
}
