import { chmodSync, existsSync, linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Writes a file as a whole: a process that is killed in the middle leaves what was there before, never half of it. Permissions stay, and so does a
 * symbolic link to the file.
 *
 * @param mode Of a file that is new.
 */
export function replaceFile(path: string, text: string, mode = 0o666): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  throughDraft(file, { text, mode }, (draft) => {
    if (existsSync(file)) chmodSync(draft, statSync(file).mode);
    renameSync(draft, file);
  });
}

/** Writes a new file as a whole: whoever reads it meanwhile sees all of it, or that it is not there. Returns false, and writes nothing, where there is one. */
export function createFile(path: string, text: string, mode: number): boolean {
  try {
    throughDraft(path, { text, mode }, (draft) => linkSync(draft, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** @param place Puts the draft, which lies beside the file, where the file is to be. */
function throughDraft(file: string, { text, mode }: { text: string; mode: number }, place: (draft: string) => void): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode });
    place(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}
