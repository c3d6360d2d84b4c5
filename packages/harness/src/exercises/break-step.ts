import { commandLine } from '../command-line.ts';
import { folderOf, numberOf } from '../find-steps.ts';
import { verbatim, type Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import type { Narrator } from '../narrator.ts';
import type { TargetName } from '../target.ts';
import { applyExercise, undoEdits } from './apply-exercise.ts';
import { findExercise, stepsOf, type NumberedExercise } from './exercise.ts';
import { findActive } from './find-active.ts';
import { isSamePlace, type Marks } from './marks.ts';
import { repair } from './repair.ts';
import { EXERCISE_VARIABLE, INTERRUPT_VARIABLE } from './variables.ts';
import { showEdit } from './show-edit.ts';
import type { StartStep } from './start-step.ts';

export interface BreakStepOptions {
  step: string;
  /** Of the exercise, from 1, as it was written. */
  number: string;
  /** The other options of the command, for the step. */
  options: readonly string[];
  /** Those of them that say where, and with which model. */
  where: readonly string[];
  /** Options for running other tutorials again, when their exercises are undone before. */
  repairing: readonly string[];
  say: Narrator;
  marks: Marks;
  start: StartStep;
}

/** The exit status of a step that has done nothing: another has to be run before it, or a setting is missing. */
const MISUSED = 2;

/** Does an exercise: undoes others, makes its changes, and runs the step. Returns the exit status of the step. */
export async function breakStep({ step, number, options, where, repairing, say, marks, start }: BreakStepOptions): Promise<number> {
  const exercise = await findExercise(step, number);
  const active = await findActive(marks);
  await repair(
    active.filter((other) => other.step !== step || other.number !== exercise.number || (other.where && !isSamePlace(other.where, where))),
    { say, marks, start, options: repairing, showEdits: false },
  );
  await applyExercise(folderOf(step), exercise);
  announce(exercise, say);
  const before = marks.find(step);
  if (exercise.changesResources) marks.set(step, { number: exercise.number, where: [...where] });
  const { status } = await run(exercise, { options, start });
  if (status === MISUSED) {
    await undoEdits(folderOf(step), [exercise]);
    // An earlier run of the same exercise may have changed what this one could not.
    if (before) marks.set(step, before);
    else marks.clear(step);
    say.warn(t('exercise.notStarted'));
  } else say.next(whatNext(exercise, where.includes('aws') ? 'aws' : 'local'));
  return status;
}

function whatNext(exercise: NumberedExercise, target: TargetName): Message {
  const again = commandLine(stepsOf(exercise).join(' '), target);
  const command = `npm start -- ${numberOf(exercise.step)} --repair`;
  if (exercise.edits) return t('exercise.yourTurn', { command });
  return exercise.changesResources ? t('exercise.yourTurn.run', { run: again, command }) : t('exercise.over', { command: again });
}

function announce(exercise: NumberedExercise, say: Narrator): void {
  const { number, title, edits = [], env = {}, args = [] } = exercise;
  say.heading(t('exercise.heading', { number, title }));
  for (const edit of edits) showEdit(edit, say);
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  const command = ['npm start --', ...stepsOf(exercise), ...args.map((arg) => `'${arg}'`)].join(' ');
  if (edits.length === 0) say.about(verbatim(`$ ${settings.join('')}${command}`));
}

function run(exercise: NumberedExercise, { options, start }: Pick<BreakStepOptions, 'options' | 'start'>): ReturnType<StartStep> {
  const { number, env = {}, args = [], interruptAfter } = exercise;
  return start([...stepsOf(exercise), ...args, ...options], {
    env: { ...env, [EXERCISE_VARIABLE]: String(number), ...(interruptAfter && { [INTERRUPT_VARIABLE]: interruptAfter }) },
  });
}
