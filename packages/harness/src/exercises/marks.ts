import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an exercise was done with, for its repair. */
export interface Mark {
  number: number;
  /** The options of its command that say where: `--target aws`, `--run ID`. */
  where: string[];
}

/** Which exercises have changed resources, which the files do not show. A file for each tutorial, in the state of the harness. */
export interface Marks {
  find(step: string): Mark | undefined;
  set(step: string, mark: Mark): void;
  clear(step: string): void;
  steps(): string[];
}

export function openMarks(directory: string): Marks {
  const folder = join(directory, 'exercises');
  const fileOf = (step: string) => join(folder, `${step}.json`);
  return {
    find(step) {
      try {
        return JSON.parse(readFileSync(fileOf(step), 'utf8')) as Mark;
      } catch {
        return undefined;
      }
    },
    set(step, mark) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(step), `${JSON.stringify(mark)}\n`, { mode: 0o600 });
    },
    clear: (step) => rmSync(fileOf(step), { force: true }),
    steps: () => (existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.json$/, '')) : []),
  };
}
