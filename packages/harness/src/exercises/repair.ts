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
  /** Options for running the tutorials again, beside those that say where: `--yes`, and how to report. */
  options: readonly string[];
  /** Whether to show each change of a file. */
  showEdits: boolean;
}

/**
 * Undoes exercises: their edits, and what their runs changed. For the latter the tutorial runs again, as it should be.
 *
 * @throws {HarnessError} `REPAIR_FAILED`: the files are repaired, and running the tutorial again failed.
 */
export async function repair(active: readonly ActiveExercise[], { say, marks, start, options, showEdits }: RepairOptions): Promise<void> {
  for (const { step, edits = [], number, title } of active) {
    for (const { file, find, replace } of await undoEdits(folderOf(step), [{ edits }]))
      if (showEdits) showEdit({ file, find: replace, replace: find }, say);
    say.done(t('exercise.repaired', { number, step: numberOf(step), title }));
  }
  for (const exercise of active) {
    const { step, where } = exercise;
    if (where === undefined) continue;
    const steps = stepsOf(exercise);
    const words = [...where, ...options];
    // What is quiet cannot ask whether to change something on an account.
    const quiet = !where.includes('aws') || words.includes('--yes');
    const { status, output } = await start([...steps, ...words], { quiet });
    if (status !== 0) {
      say.show(output.trim());
      throw new HarnessError('REPAIR_FAILED', t('exercise.rerun.failed', { step: steps }));
    }
    marks.clear(step);
    say.done(steps.length > 1 ? t('exercise.rerun.several', { steps }) : t('exercise.rerun', { step: steps }));
  }
}
