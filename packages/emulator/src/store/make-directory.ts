import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a directory and what of the way to it is missing. Node's own `recursive` never ends where a file system takes none, as /proc does. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Of a file in its place whoever uses the directory will say so.
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeDirectory(dirname(path));
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (again) {
      if ((again as NodeJS.ErrnoException).code !== 'EEXIST') throw again;
    }
  }
}
