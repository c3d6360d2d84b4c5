import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../whole-file.ts';

/** What an exercise was done with, for its repair. */
export interface Mark {
  number: number;
  /** The options of its command that say where, and with which model: `--target aws`, `--run ID`. */
  where: string[];
}

/** Which exercises have changed resources, which the files do not show. A file for each tutorial, in the state of the harness. */
export interface Marks {
  find(step: string): Mark | undefined;
  set(step: string, mark: Mark): void;
  clear(step: string): void;
  steps(): string[];
}

/** Where they are kept, within the state of the harness. */
export const MARKS_FOLDER = 'exercises';

export function openMarks(directory: string): Marks {
  const folder = join(directory, MARKS_FOLDER);
  const fileOf = (step: string) => join(folder, `${step}.json`);
  return {
    find(step) {
      try {
        const mark: unknown = JSON.parse(readFileSync(fileOf(step), 'utf8'));
        return isMark(mark) ? mark : undefined;
      } catch {
        return undefined;
      }
    },
    set(step, mark) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      replaceFile(fileOf(step), `${JSON.stringify(mark)}\n`, 0o600);
    },
    clear: (step) => rmSync(fileOf(step), { force: true }),
    steps: () => (existsSync(folder) ? readdirSync(folder).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []) : []),
  };
}

/** Whether it is on an account, where `reset` deletes nothing. */
export const isOnAccount = ({ where }: Mark): boolean => where.includes('aws');

/** Whether two marks are of the same place. */
export const isSamePlace = (one: readonly string[], other: readonly string[]): boolean => placeOf(one) === placeOf(other);

const placeOf = (where: readonly string[]) => JSON.stringify(where.filter((word) => word !== '--yes'));

function isMark(value: unknown): value is Mark {
  const { number, where } = (value ?? {}) as Partial<Record<keyof Mark, unknown>>;
  return typeof number === 'number' && Array.isArray(where) && where.every((word) => typeof word === 'string');
}
