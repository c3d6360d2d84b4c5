import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmulatorError } from '../emulator-error.ts';
import { lockWhenFree } from '../locator.ts';
import { BLOB_FOLDERS } from '../store/blob-folders.ts';
import { resetState } from '../transfer/reset-state.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';
import { withEmulator } from './with-emulator.ts';

/** Ends every session and deletes every resource of every account. A state that is damaged is removed as a whole. */
export async function reset(options: CliOptions): Promise<number> {
  const directory = dataDirectory(options);
  const done = await withEmulator(directory, {
    running: async (ask) => {
      await ask('reset', { method: 'POST' });
      return KEPT;
    },
    stopped: async (store) => {
      await resetState(store);
      return KEPT;
    },
    unreadable: () => removeState(directory),
    missing: () => 'reset: there was nothing',
  });
  process.stdout.write(`${done}\n`);
  return 0;
}

const KEPT = 'reset: nothing is left; keys are as they were';

/** Only what is the emulator's own: a --data directory may be one that holds other things, too. */
async function removeState(directory: string): Promise<string> {
  const own = ['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm', 'seal.key', 'sessions', 'cache', 'transfer', ...BLOB_FOLDERS];
  // Not the lock itself, unless it is what is damaged: two could hold it, were it made anew.
  const lock = await lockWhenFree(directory).catch(async (error: unknown) => {
    if (!(error instanceof EmulatorError && error.code === 'STATE_DAMAGED')) throw error;
    await rm(join(directory, 'lock.sqlite'));
    return lockWhenFree(directory);
  });
  try {
    await Promise.all(own.map((name) => rm(join(directory, name), { recursive: true, force: true })));
  } finally {
    lock.release();
  }
  return 'reset: the state could not be read and was removed; keys are new at the next start';
}
