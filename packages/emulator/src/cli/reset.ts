import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmulatorError } from '../emulator-error.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';
import { withEmulator } from './with-emulator.ts';

/** Ends every session and deletes every resource of every account. A state that is damaged is removed as a whole. */
export async function reset(options: CliOptions): Promise<number> {
  const directory = dataDirectory(options);
  try {
    await withEmulator(directory, {
      running: async (ask) => void (await ask('reset', { method: 'POST' })),
      stopped: (emulator) => emulator.reset(),
    });
    process.stdout.write('reset: nothing is left; keys are as they were\n');
  } catch (error) {
    if (!(error instanceof EmulatorError) || (error.code !== 'STATE_DAMAGED' && error.code !== 'STATE_TOO_NEW')) throw error;
    await removeState(directory);
    process.stdout.write('reset: the state could not be read and was removed; keys are new at the next start\n');
  }
  return 0;
}

/** Only what is the emulator's own: a --data directory may be one that holds other things, too. */
async function removeState(directory: string): Promise<void> {
  const own = [
    'state.sqlite',
    'state.sqlite-wal',
    'state.sqlite-shm',
    'seal.key',
    'lock.sqlite',
    'emulator.json',
    'blobs',
    'sessions',
    'cache',
  ];
  await Promise.all(own.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
