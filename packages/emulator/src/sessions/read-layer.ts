import { createHash, hash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { createTimeSlice } from '../time-slice.ts';
import type { LayerEntry } from './layer-entry.ts';

/** What describes a layer beside its contents. */
export const ENTRIES = 'entries.json';
/** What is hashed in a millisecond. */
const SMALL_FILE = 1 << 20;

/**
 * The entries of a layer that was unpacked earlier, or undefined where its contents are no longer what was unpacked: agents
 * without isolation run as the owner of these files, and so does everything else of this user.
 */
export async function readLayer(directory: string): Promise<LayerEntry[] | undefined> {
  try {
    const entries = JSON.parse(await readFile(join(directory, ENTRIES), 'utf8')) as LayerEntry[];
    return (await isWhole(directory, entries)) ? entries : undefined;
  } catch {
    return undefined;
  }
}

async function isWhole(directory: string, entries: readonly LayerEntry[]): Promise<boolean> {
  const slice = createTimeSlice();
  for (const entry of entries) {
    if (entry.type !== 'file') continue;
    const path = join(directory, entry.file);
    const digest = statSync(path).size > SMALL_FILE ? await hashLarge(path) : hash('sha256', readFileSync(path));
    if (digest !== entry.sha256) return false;
    await slice();
  }
  return true;
}

async function hashLarge(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: SMALL_FILE }), digest);
  return digest.digest('hex');
}
