import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';

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
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    hash.update(`${path}\0${found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : ''}\n`);
    if (found) changedAt = Math.max(changedAt, Number(found.ctimeMs));
  }
  return { value: hash.digest('hex'), changedAt };
}
