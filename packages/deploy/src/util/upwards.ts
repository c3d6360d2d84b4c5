import { dirname } from 'node:path';

/** A folder, and those above it up to the root. */
export function* upwards(from: string): Generator<string> {
  for (let folder = from, above = ''; folder !== above; above = folder, folder = dirname(folder)) yield folder;
}
