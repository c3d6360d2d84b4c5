import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createContext } from '../create-context.ts';
import { findApplied } from '../exercises/apply-exercise.ts';
import { readExercises } from '../exercises/exercise.ts';
import { listStepIds, pathOf, ROOT } from '../find-steps.ts';
import { createNarrator } from '../narrator.ts';
import { isOver, type Progress } from '../progress.ts';
import type { RunState } from '../run-state.ts';
import type { Criterion, Step } from '../step.ts';
import type { Target } from '../target.ts';

export interface CheckedCriterion {
  claim: string;
  holds: boolean;
  /** Why it does not hold. */
  why?: string;
  hints?: readonly [string, string, string];
}

export interface Checking {
  target: Target;
  state: Pick<RunState, 'run' | 'isDone'>;
  progress: Pick<Progress, 'failedAt' | 'finishedAt'>;
}

/** Whether a step is done, criterion by criterion. Where it was not run, there is nothing else to look at. */
export async function checkStep(step: Step, { target, state, progress }: Checking): Promise<CheckedCriterion[]> {
  const context = createContext(step, {
    target,
    state,
    say: createNarrator(new PassThrough().resume()),
    signal: new AbortController().signal,
  });
  const results: CheckedCriterion[] = [];
  // What the path made is gone at its end, and is not to be looked for.
  const over = !isAlone(step) && state.run.id === '' && isOver(progress, step.id, pathOf(await listStepIds()).at(-1));
  for (const criterion of [wasRun(step, state, progress, over), isWhole(step), ...(over ? [] : step.criteria)]) {
    const why = await criterion.whyNot(context);
    results.push(why === undefined ? { claim: criterion.claim, holds: true } : { ...pick(criterion), holds: false, why });
    if (why !== undefined && results.length === 1) break;
  }
  return results;
}

const pick = ({ claim, hints }: Criterion) => ({ claim, hints });

/** What ends a run, and what stands alone, is in no run's state afterwards. */
const isAlone = (step: Step): boolean => step.endsRun || step.cleanUp !== undefined;

function wasRun(step: Step, state: Checking['state'], progress: Checking['progress'], over: boolean): Criterion {
  const number = step.id.slice(0, 2);
  const alone = isAlone(step);
  const failedAt = progress.failedAt(step.id);
  const inWhich = state.run.id ? ` in run ${state.run.id}` : ': no run is under way';
  const done = over || (alone ? progress.finishedAt(step.id) !== undefined : state.isDone(step.id));
  return {
    claim: 'it was run to its end, and every check in it held',
    async whyNot() {
      if (!done) return `${step.id} has not been run to its end${alone ? '' : inWhich}.`;
      return failedAt && !over ? `${step.id} was, but not the last time: that run of it did not reach its end.` : undefined;
    },
    hints: [
      `Read the page of the tutorial: tutorials/${step.id}/README.md`,
      step.needs.length > 0 ? `It builds on ${step.needs.join(', ')}: run that first.` : 'It needs no other step: it can be run at once.',
      `npm start -- ${number}`,
    ],
  };
}

function isWhole(step: Step): Criterion {
  const folder = join(ROOT, 'tutorials', step.id);
  return {
    claim: 'its files are whole: no exercise is left in them',
    async whyNot() {
      const applied = await findApplied(folder, await readExercises(folder));
      return applied.length === 0 ? undefined : `The exercise "${applied[0]?.title}" is still in ${applied[0]?.edits?.[0]?.file}.`;
    },
    hints: [
      'You broke something on purpose. What was it?',
      'The page of the tutorial says, for each exercise, what it changes.',
      `npm start -- ${step.id.slice(0, 2)} --repair`,
    ],
  };
}
