import { folderOf, listStepIds } from '../find-steps.ts';
import { isInFiles } from './apply-exercise.ts';
import { readExercises, type NumberedExercise } from './exercise.ts';
import type { Marks } from './marks.ts';

export interface ActiveExercise extends NumberedExercise {
  inFiles: boolean;
  /** Where it has changed resources: the options of its command. */
  where: readonly string[] | undefined;
}

/** The exercises that are in the learner's files or in what the tutorials created, of all tutorials or of these. */
export async function findActive(marks: Marks, steps?: readonly string[]): Promise<ActiveExercise[]> {
  const active: ActiveExercise[] = [];
  for (const step of steps ?? (await listStepIds())) {
    const mark = marks.find(step);
    for (const exercise of await readExercises(step)) {
      const inFiles = await isInFiles(folderOf(step), exercise);
      const where = mark?.number === exercise.number ? mark.where : undefined;
      if (inFiles || where !== undefined) active.push({ ...exercise, inFiles, where });
    }
  }
  return active;
}
