import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { EmulatorError } from '../emulator-error.ts';
import { findEmulator } from '../locator.ts';
import type { EmulatorInfo } from '../emulator-info.ts';
import { importState, type Imported } from '../transfer/import-state.ts';
import { openExport } from '../transfer/open-export.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';
import { askEmulator } from './with-emulator.ts';

/** Puts an export in place of what the data directory holds, also while an emulator runs on it: its sessions are ended. */
export async function importCommand(options: CliOptions, [file = '']: string[]): Promise<number> {
  const { info, imported } = await take(resolve(file), dataDirectory(options));
  const { secrets, exportedAt } = imported;
  process.stdout.write(
    secrets
      ? `imported the state of ${exportedAt}, with its secrets and keys: whoever has an access key of that state can use it here until a reset${info ? '; the model and the vendor take the keys of that state now, which start prints' : ''}\n`
      : `imported the state of ${exportedAt}; secrets have no values: set them again\n`,
  );
  return 0;
}

async function take(file: string, directory: string): Promise<{ info?: EmulatorInfo; imported: Imported }> {
  const info = await findEmulator({ dataDirectory: directory });
  if (info) return { info, imported: await send(info, file) };
  try {
    return { imported: await importState({ file, dataDirectory: directory }) };
  } catch (error) {
    // One has started since the first look.
    if (error instanceof EmulatorError && error.code === 'ALREADY_RUNNING') return take(file, directory);
    throw error;
  }
}

async function send(info: EmulatorInfo, path: string): Promise<Imported> {
  const { stream, failure } = await openExport(path);
  const body = Readable.toWeb(stream) as ReadableStream;
  const route = `import?name=${encodeURIComponent(path)}`;
  const response = await askEmulator(info, route, { method: 'POST', body, duplex: 'half' }).catch((error: unknown) => {
    throw failure() ?? error;
  });
  return (await response.json()) as Imported;
}
