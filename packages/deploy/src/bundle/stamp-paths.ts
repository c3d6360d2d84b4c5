import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';
import { join, sep } from 'node:path';

export interface Stamp {
  /** The same as long as nothing of it has changed, has come or has gone. */
  value: string;
  /** When the last change was, in milliseconds since 1970. */
  changedAt: number;
}

/**
 * What is at these paths now, told by numbers that no program can set back: the time of the last change of a file or its attributes is one. Of a folder
 * of the project's own it is what is in it: an editor that writes a file beside the old one and renames it changes the folder's time and nothing else.
 */
export function stampPaths(paths: readonly string[]): Stamp {
  const hash = createHash('sha256');
  let changedAt = 0;
  for (const path of paths) {
    const found = lookAt(path);
    hash.update(`${path}\0${textOf(path, found)}\n`);
    if (typeof found !== 'string') changedAt = Math.max(changedAt, Number(found.ctimeMs));
  }
  return { value: hash.digest('hex'), changedAt };
}

function textOf(path: string, found: BigIntStats | string): string {
  if (typeof found === 'string') return found;
  if (found.isDirectory() && !path.split(sep).includes('node_modules')) return `${found.ino} ${listing(path)}`;
  return `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

/** Names, kinds, and where links lead. Where it cannot be read, nothing in it can be found either. */
function listing(folder: string): string {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .map((entry) => [entry.name, entry.isDirectory(), entry.isSymbolicLink() && readlinkSync(join(folder, entry.name))].join('\0'))
      .sort()
      .join('\0');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** What is at a path, or the code of why nothing can be seen there: it does not exist, it is below a file, or it may not be looked at. */
export function lookAt(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'ENOENT';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
