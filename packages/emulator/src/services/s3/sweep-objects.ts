import type { EmulatorServices } from '../../emulator-services.ts';
import { digestOfBlob, listBlobs } from '../../store/blob-folders.ts';
import { collect } from './object.ts';

/** Removes what a crash left between a file and the entry that needs it. In one go: nobody else runs meanwhile. */
export function sweepObjects(emulator: Pick<EmulatorServices, 'store' | 'objects'>): void {
  const digests = listBlobs(emulator.store.directory).flatMap((path) =>
    path.startsWith('objects/') ? [`sha256:${digestOfBlob(path)}`] : [],
  );
  collect(emulator, digests);
}
