import { commandLine } from '../command-line.ts';
import { breakStep } from '../exercises/break-step.ts';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { repair } from '../exercises/repair.ts';
import { startStep } from '../exercises/start-step.ts';
import { numberOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import type { Options } from '../program/options.ts';
import type { CommandContext } from './context.ts';

/** `--break N` and `--repair`. */
export async function doExercise({ options, words, ids, directory, say }: CommandContext, step: string): Promise<number> {
  const [marks, start] = [openMarks(directory), startStep];
  if (options.break !== undefined) {
    const payload = words.filter((word) => word.startsWith('{'));
    const shared = [...payload, ...argumentsOf(options, ['json', 'verbose', 'lang', 'model'])];
    const where = argumentsOf(options, ['target', 'run', 'yes']);
    return breakStep({ step, number: options.break, options: [...shared, ...where], where, say, marks, start });
  }
  const active = await findActive(marks, [step]);
  if (active.length === 0) say.about(t('exercise.none'));
  await repair(active, { say, marks, start, showEdits: true });
  // What was run again to repair it needs no further run.
  const next = active.some(({ where }) => where !== undefined) ? ids[ids.indexOf(step) + 1] : step;
  const target = active.some(({ where }) => where?.includes('aws')) ? 'aws' : options.target;
  if (active.length > 0 && next !== undefined) say.next(t('run.next.page', { command: commandLine(numberOf(next), target), step: next }));
  return 0;
}

/** Options as they are written on a command line. */
function argumentsOf(options: Options, names: readonly ('json' | 'verbose' | 'lang' | 'model' | 'target' | 'run' | 'yes')[]): string[] {
  return names.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
}
