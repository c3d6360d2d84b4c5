import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';

/** A way to break a step on purpose: `exercises.json` in the folder of a tutorial lists them, and `--break N` does the Nth. */
export interface Exercise {
  readonly title: string;
  /** Changes of the learner's own files. Each `find` is there exactly once, and so is `replace` afterwards: that is how it is undone. */
  readonly edits?: readonly Edit[];
  /** Environment variables and arguments that the step is run with. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface Edit {
  /** Relative to the tutorial's folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export async function readExercises(folder: string): Promise<Exercise[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'exercises.json'), 'utf8')) as Exercise[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The Nth exercise, counted from 1. */
export async function findExercise(folder: string, number: string): Promise<Exercise> {
  const exercises = await readExercises(folder);
  const exercise = /^\d+$/.test(number) ? exercises[Number(number) - 1] : undefined;
  if (exercise) return exercise;
  const list = exercises.map(({ title }, index) => `Exercise ${index + 1}: ${title}`).join('; ');
  throw new HarnessError('UNKNOWN_EXERCISE', `There is no exercise '${number}' here. There is: ${list || 'none'}.`);
}

export const occurrences = (text: string, part: string): number => text.split(part).length - 1;
