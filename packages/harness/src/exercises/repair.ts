import { HarnessError } from '../errors.ts';
import { folderOf, numberOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import type { Narrator } from '../narrator.ts';
import { stepsOf } from './exercise.ts';
import { undoEdits } from './apply-exercise.ts';
import type { ActiveExercise } from './find-active.ts';
import type { Marks } from './marks.ts';
import { showEdit } from './show-edit.ts';
import type { StartStep } from './start-step.ts';

export interface RepairOptions {
  say: Narrator;
  marks: Marks;
  start: StartStep;
  /** Whether to show each change of a file. */
  showEdits: boolean;
}

/**
 * Undoes exercises: their edits, and what their runs changed. For the latter the tutorial runs again, as it should be.
 *
 * @throws {HarnessError} `REPAIR_FAILED`: the files are repaired, and running the tutorial again failed.
 */
export async function repair(active: readonly ActiveExercise[], { say, marks, start, showEdits }: RepairOptions): Promise<void> {
  for (const { step, edits = [], number, title } of active) {
    for (const { file, find, replace } of await undoEdits(folderOf(step), [{ edits }]))
      if (showEdits) showEdit({ file, find: replace, replace: find }, say);
    say.done(t('exercise.repaired', { number, step: numberOf(step), title }));
  }
  for (const exercise of active) {
    const { step, where } = exercise;
    if (where === undefined) continue;
    const steps = stepsOf(exercise);
    const { status, output } = await start([...steps, ...where], { quiet: true });
    if (status !== 0) {
      say.show(output.trim());
      throw new HarnessError('REPAIR_FAILED', t('exercise.rerun.failed', { step: steps }));
    }
    marks.clear(step);
    say.done(steps.length > 1 ? t('exercise.rerun.several', { steps }) : t('exercise.rerun', { step: steps }));
  }
}
