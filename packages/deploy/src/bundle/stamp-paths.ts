import { createHash } from 'node:crypto';
import { statSync, type BigIntStats } from 'node:fs';

export interface Stamp {
  /** The same as long as nothing of it has changed, has come or has gone. */
  value: string;
  /** When the last change was, in milliseconds since 1970. */
  changedAt: number;
}

/** What is at these paths now, told by numbers that no program can set back: the time of the last change of a file or its attributes is one. */
export function stampPaths(paths: readonly string[]): Stamp {
  const hash = createHash('sha256');
  let changedAt = 0;
  for (const path of paths) {
    const found = lookAt(path);
    const text = typeof found === 'string' ? found : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    hash.update(`${path}\0${text}\n`);
    if (typeof found !== 'string') changedAt = Math.max(changedAt, Number(found.ctimeMs));
  }
  return { value: hash.digest('hex'), changedAt };
}

/** What is at a path, or the code of why nothing can be seen there: it does not exist, it is below a file, or it may not be looked at. */
export function lookAt(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'ENOENT';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
