import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Writes a file as a whole: a process that is killed in the middle leaves what was there before, never half of it. Permissions stay, and so does a
 * symbolic link to the file.
 *
 * @param mode Of a file that is new.
 */
export function replaceFile(path: string, text: string, mode = 0o666): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode });
    if (existsSync(file)) chmodSync(draft, statSync(file).mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
