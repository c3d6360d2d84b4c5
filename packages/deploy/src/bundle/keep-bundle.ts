import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from '../oci/digest.ts';
import { upwards } from '../util/upwards.ts';
import type { Bundle } from './bundle.ts';
import { lookAt } from './stamp-paths.ts';

/** Of so many entries at most: of those deployed longest ago there may be no source any more. */
const KEPT = 20;

/** A bundle, and the stamp that its paths had when it was made. */
export interface StampedBundle {
  bundle: Bundle;
  stamp: string;
}

/** What the first line of a kept file says of the bytes after it. */
type Header = Omit<Bundle, 'bytes'> & { stamp: string; digest: string };

/** The last bundle of an entry as it was kept; nothing where there is none, or not a whole one. */
export async function readKeptBundle(entry: string): Promise<StampedBundle | undefined> {
  const file = placeOf(entry);
  if (file === undefined) return undefined;
  try {
    const content = await readFile(file);
    const end = content.indexOf('\n');
    const { stamp, digest, files, paths } = JSON.parse(content.toString('utf8', 0, end)) as Header;
    const bytes = new Uint8Array(content.subarray(end + 1));
    const whole = Array.isArray(files) && Array.isArray(paths) && digestOf(bytes) === digest;
    return whole ? { stamp, bundle: { bytes, files, paths } } : undefined;
  } catch {
    // Of another version of this package, damaged, or not there: it is made anew.
    return undefined;
  }
}

/** Keeps a bundle for the next process, in the project's `node_modules/.cache/agentcore-deploy`. Where that cannot be written, nothing is kept. */
export async function keepBundle(entry: string, { bundle: { bytes, ...rest }, stamp }: StampedBundle): Promise<void> {
  const file = placeOf(entry);
  if (file === undefined) return;
  // Beside it and renamed: whoever reads meanwhile has all of the old one or all of the new one.
  const written = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const header: Header = { ...rest, stamp, digest: digestOf(bytes) };
    await writeFile(written, [`${JSON.stringify(header)}\n`, bytes]);
    await rename(written, file);
    await removeOldest(dirname(file));
  } catch {
    await rm(written, { force: true }).catch(() => undefined);
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= KEPT) return;
  const files = await Promise.all(names.map(async (name) => ({ file: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })));
  for (const { file } of files.toSorted((one, other) => other.at - one.at).slice(KEPT)) await rm(file, { force: true });
}

function placeOf(entry: string): string | undefined {
  for (const folder of upwards(dirname(entry))) {
    const modules = join(folder, 'node_modules');
    const found = lookAt(modules);
    if (typeof found === 'string' || !found.isDirectory()) continue;
    const name = createHash('sha256')
      .update(`${entry}\0${process.env['NODE_PATH'] ?? ''}`)
      .digest('hex');
    return join(modules, '.cache', 'agentcore-deploy', `${name.slice(0, 32)}.bundle`);
  }
  return undefined;
}
