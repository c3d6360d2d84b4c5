import type { Readable } from 'node:stream';
import type { Store } from '../store/open-store.ts';
import { applyExport } from './apply-export.ts';
import { exportState, type ExportOptions } from './export-state.ts';
import type { Imported } from './import-state.ts';
import { readExport } from './read-export.ts';
import { resetState } from './reset-state.ts';

/** What can be done with the state of an emulator that runs, as a whole. */
export interface StateControl {
  reset(): Promise<void>;
  exportState(options?: ExportOptions): Promise<Readable>;
  /** `name` is what a refusal calls the export. */
  importState(source: Readable, name?: string): Promise<Imported>;
}

export function createStateControl({
  store,
  now,
  replace,
}: {
  store: Store;
  now: () => Date;
  /** Runs `work` while nothing else runs, and has everything begin anew on the state that it leaves. */
  replace(work: () => Promise<void>): Promise<void>;
}): StateControl {
  return {
    reset: () => replace(() => resetState(store)),
    exportState: (options) => exportState({ store, now }, options),
    async importState(source, name = 'What was sent') {
      // Found whole before anything is ended: sessions do not stop for a file that cannot be taken.
      const read = await readExport(source, name, store.directory);
      try {
        await replace(() => applyExport(store, read));
      } finally {
        await read.discard();
      }
      return { secrets: read.manifest.secrets, exportedAt: read.manifest.exportedAt };
    },
  };
}
