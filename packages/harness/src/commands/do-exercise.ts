import { commandLine } from '../command-line.ts';
import { breakStep } from '../exercises/break-step.ts';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { repair } from '../exercises/repair.ts';
import { startStep } from '../exercises/start-step.ts';
import { numberOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import { flagOf, type Options } from '../program/options.ts';
import { usageError } from '../program/usage-error.ts';
import type { CommandContext } from './context.ts';

/** `--break N` and `--repair`. */
export async function doExercise(context: CommandContext, step: string): Promise<number> {
  const { options, words, ids, directory, say } = context;
  const [marks, start] = [openMarks(directory), startStep];
  const repairing = argumentsOf(options, ['yes', 'verbose', 'lang']);
  if (options.break !== undefined) {
    const payload = words.filter((word) => word.startsWith('{'));
    const shared = [...payload, ...argumentsOf(options, ['json', 'verbose', 'lang'])];
    const where = argumentsOf(options, ['target', 'run', 'model', 'yes']);
    return breakStep({ step, number: options.break, options: [...shared, ...where], where, repairing, say, marks, start });
  }
  requireEffect(context);
  const active = await findActive(marks, [step]);
  if (active.length === 0) say.about(t('exercise.none'));
  await repair(active, { say, marks, start, options: repairing, showEdits: true });
  // What was run again to repair it needs no further run.
  const next = active.some(({ where }) => where !== undefined) ? ids[ids.indexOf(step) + 1] : step;
  const target = active.some(({ where }) => where?.includes('aws')) ? 'aws' : 'local';
  if (active.length > 0 && next !== undefined) say.next(t('run.next.page', { command: commandLine(numberOf(next), target), step: next }));
  if (options.json)
    process.stdout.write(`${JSON.stringify({ repaired: active.map((exercise) => ({ step: exercise.step, number: exercise.number })) })}\n`);
  return 0;
}

/** `--repair` knows where the exercise was done, and asks the agent nothing. */
function requireEffect({ options, words }: CommandContext): void {
  const idle = (['target', 'run', 'model'] as const).find((name) => options[name] !== undefined);
  if (idle !== undefined) throw usageError(t('usage.notHere', { option: flagOf(idle), command: 'npm start -- --repair' }));
  const payload = words.find((word) => word.startsWith('{'));
  if (payload !== undefined) throw usageError(t('usage.excess', { argument: payload.slice(0, 100), command: 'npm start -- --repair' }));
}

/** Options as they are written on a command line. */
function argumentsOf(options: Options, names: readonly ('json' | 'verbose' | 'lang' | 'model' | 'target' | 'run' | 'yes')[]): string[] {
  return names.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
}
