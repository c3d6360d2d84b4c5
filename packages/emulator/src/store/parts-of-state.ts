import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BLOB_FOLDERS } from './blob-folders.ts';

/** What there is of a state in a directory: its file, its key, and the folders of its blobs. */
export function partsOfState(directory: string): string[] {
  return ['state.sqlite', 'seal.key', ...BLOB_FOLDERS].filter((name) => existsSync(join(directory, name)));
}
