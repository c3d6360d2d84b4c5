import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { folderOf, loadMessages, numberOf } from '../find-steps.ts';
import type { Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';

/** A way to break a tutorial on purpose: its `exercises.json` lists them, and `--break N` does the Nth. The title is `exercise.N` of its messages. */
export interface Exercise {
  /** Changes of the learner's own files. Each `find` is there exactly once, and so is `replace` afterwards: that is how it is undone. */
  readonly edits?: readonly Edit[];
  /** Environment variables and arguments that the tutorial is run with. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A tutorial that is run before, with the same environment variables: its number. */
  readonly before?: string;
  /** Sends Ctrl-C right after this part of a deployment. */
  readonly interruptAfter?: string;
  /** Whether the run changes what later tutorials use. Repairing then runs the tutorials of the exercise again. */
  readonly changesResources?: boolean;
}

export interface Edit {
  /** Relative to the tutorial's folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** An exercise by its tutorial and its number. */
export interface NumberedExercise extends Exercise {
  readonly step: string;
  readonly number: number;
  readonly title: Message;
}

export async function readExercises(step: string): Promise<NumberedExercise[]> {
  const file = join(folderOf(step), 'exercises.json');
  const exercises = JSON.parse(await readFile(file, 'utf8').catch(emptyIfMissing)) as Exercise[];
  const messages = await loadMessages(step);
  return exercises.map((exercise, index) => ({ ...exercise, step, number: index + 1, title: messages(`exercise.${index + 1}`) }));
}

function emptyIfMissing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '[]';
  throw error;
}

/**
 * The Nth exercise, counted from 1.
 *
 * @throws {HarnessError} `UNKNOWN_EXERCISE`
 */
export async function findExercise(step: string, number: string): Promise<NumberedExercise> {
  const exercises = await readExercises(step);
  const exercise = /^\d+$/.test(number) ? exercises[Number(number) - 1] : undefined;
  if (exercise) return exercise;
  const list = exercises.map((other) => t('exercise.heading', { number: other.number, title: other.title }));
  throw new HarnessError(
    'UNKNOWN_EXERCISE',
    list.length > 0 ? t('exercise.unknown', { number, exercises: list }) : t('exercise.unknown.none', { number }),
  );
}

/** The tutorials that an exercise runs, by number. */
export const stepsOf = ({ before, step }: NumberedExercise): string[] => [...(before === undefined ? [] : [before]), numberOf(step)];

export const occurrences = (text: string, part: string): number => text.split(part).length - 1;
