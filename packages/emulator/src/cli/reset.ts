import { removeState } from '../transfer/remove-state.ts';
import { resetState } from '../transfer/reset-state.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';
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
    unreadable: () => removed(directory),
    missing: () => 'reset: there was nothing',
  });
  process.stdout.write(`${done}\n`);
  return 0;
}

const KEPT = 'reset: nothing is left; keys are as they were';

async function removed(dataDirectory: string): Promise<string> {
  await removeState({ dataDirectory });
  return 'reset: the state could not be read and was removed; keys are new at the next start';
}
