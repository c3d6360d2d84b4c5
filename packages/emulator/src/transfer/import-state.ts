import type { Readable } from 'node:stream';
import { asStateError } from '../store/as-state-error.ts';
import { openDirectory } from '../store/open-directory.ts';
import { applyExport } from './apply-export.ts';
import type { ExportManifest } from './manifest.ts';
import { openExport } from './open-export.ts';
import { readExport } from './read-export.ts';

/** What an import says of the export that it took. */
export type Imported = Pick<ExportManifest, 'secrets' | 'exportedAt'>;

/**
 * Puts an export in place of what a data directory holds. No emulator may run on it. All of it or nothing.
 *
 * @throws EmulatorError ALREADY_RUNNING, DIRECTORY_BUSY, FILE_UNUSABLE, IMPORT_REFUSED when the file is not a whole export, STATE_TOO_NEW, DATA_DIRECTORY_UNUSABLE
 */
export async function importState({ file, dataDirectory }: { file: string; dataDirectory: string }): Promise<Imported> {
  const source = await openExport(file);
  try {
    return await replaceState(source.stream, { file, dataDirectory });
  } catch (error) {
    throw source.failure() ?? asStateError(error, dataDirectory);
  } finally {
    source.stream.destroy();
  }
}

async function replaceState(stream: Readable, { file, dataDirectory }: { file: string; dataDirectory: string }): Promise<Imported> {
  const { store, close } = await openDirectory(dataDirectory);
  try {
    const read = await readExport(stream, file, dataDirectory);
    try {
      await applyExport(store, read);
    } finally {
      await read.discard();
    }
    return { secrets: read.manifest.secrets, exportedAt: read.manifest.exportedAt };
  } finally {
    close();
  }
}
