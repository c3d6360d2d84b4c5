import { PassThrough } from 'node:stream';
import { commandLine } from '../command-line.ts';
import { createContext } from '../create-context.ts';
import type { ActiveExercise } from '../exercises/find-active.ts';
import { listStepIds, numberOf, pathOf } from '../find-steps.ts';
import { verbatim, type Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { createNarrator } from '../narrator.ts';
import { isOver, type Progress } from '../progress.ts';
import type { RunState } from '../run-state.ts';
import type { Criterion, Step } from '../step.ts';
import type { Target, TargetName } from '../target.ts';

export interface CheckedCriterion {
  claim: Message;
  holds: boolean;
  /** The reason when it does not hold. */
  why?: Message;
  hints?: readonly [Message, Message, Message];
}

export interface Checking {
  target: Target;
  state: Pick<RunState, 'run' | 'isDone'>;
  progress: Pick<Progress, 'failedAt' | 'finishedAt'>;
  /** The exercises that are active, of any tutorial: tutorials use each other's files. */
  active: readonly ActiveExercise[];
}

/** Whether a step is done, criterion by criterion. An active exercise, or a step that was not run, explains all the rest: it ends the list. */
export async function checkStep(step: Step, checking: Checking): Promise<CheckedCriterion[]> {
  const { target, state, progress, active } = checking;
  const context = createContext(step, {
    target,
    state,
    say: createNarrator({ out: new PassThrough().resume() }),
    signal: new AbortController().signal,
  });
  const results: CheckedCriterion[] = [];
  // The resources of the path are gone at its end, and need not exist.
  const over = !isAlone(step) && state.run.id === '' && isOver(progress, step.id, pathOf(await listStepIds()).at(-1));
  const exercise = noExercise(active);
  for (const criterion of [exercise, wasRun(step, checking, over), ...(over ? [] : step.criteria)]) {
    const why = await criterion.whyNot(context);
    const { claim, hints } = criterion;
    results.push(
      why === undefined
        ? { claim, holds: true }
        : { claim, holds: false, why, hints: onTarget(hints, criterion === exercise ? 'local' : target.name) },
    );
    if (why !== undefined && results.length <= 2) break;
  }
  return results;
}

/** The command to type, on the target that was checked. An exercise knows where it was done. */
function onTarget([nudge, pointer, command]: Criterion['hints'], target: TargetName): Criterion['hints'] {
  return [nudge, pointer, target === 'aws' ? verbatim(`${command.in('en')} --target aws`) : command];
}

/** A step that ends a run, or that stands alone, is in no run's state afterwards. */
const isAlone = (step: Step): boolean => step.endsRun || step.cleanUp !== undefined;

function wasRun(step: Step, { state, progress }: Checking, over: boolean): Criterion {
  const alone = isAlone(step);
  const done = over || (alone ? progress.finishedAt(step.id) !== undefined : state.isDone(step.id));
  const number = numberOf(step.id);
  const notRun = () => {
    if (alone) return t('check.ran.not', { step: number });
    return state.run.id ? t('check.ran.not.run', { step: number, run: state.run.id }) : t('check.ran.not.none', { step: number });
  };
  return {
    claim: t('check.ran'),
    async whyNot() {
      if (!done) return notRun();
      return progress.failedAt(step.id) && !over ? t('check.ran.failed', { step: number }) : undefined;
    },
    hints: [
      t('check.ran.hint.page', { step: step.id }),
      step.needs.length > 0 ? t('check.ran.hint.needs', { steps: step.needs.map(numberOf) }) : t('check.ran.hint.alone'),
      verbatim(commandLine(number, 'local')),
    ],
  };
}

function noExercise([exercise]: readonly ActiveExercise[]): Criterion {
  const { number = 0, step = '', title = verbatim(''), edits = [], inFiles = false } = exercise ?? {};
  const what = inFiles
    ? t('check.exercise.what.files', { files: edits.map(({ file }) => file), step })
    : t('check.exercise.what.outside', { step: numberOf(step) });
  return {
    claim: t('check.exercise'),
    whyNot: async () => exercise && t('check.exercise.why', { number, step: numberOf(step), title }),
    hints: [
      t('check.exercise.hint.look', { number, step: numberOf(step), title }),
      t('check.exercise.hint.files', { what }),
      verbatim(`npm start -- ${numberOf(step)} --repair`),
    ],
  };
}
