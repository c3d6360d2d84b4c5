import { chooseRun } from '../choose-run.ts';
import { commandLine } from '../command-line.ts';
import { isMisuse } from '../errors.ts';
import { EXERCISE_VARIABLE } from '../exercises/variables.ts';
import { openMarks } from '../exercises/marks.ts';
import { numberOf, pathOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import type { Narrator } from '../narrator.ts';
import { openProgress } from '../progress.ts';
import { runStep, type StepResult } from '../run-step.ts';
import { openRunState, type RunState } from '../run-state.ts';
import type { Step } from '../step.ts';
import type { Target } from '../target.ts';
import { isLeft } from './describe-plan.ts';

export interface RunStepsOptions {
  target: Target;
  directory: string;
  say: Narrator;
  interrupt: { signal: AbortSignal };
  /** Gets a result for each step that was run. */
  results: StepResult[];
  ids: readonly string[];
  whole: boolean;
  runId: string | undefined;
  payload: { prompt: string } | undefined;
}

/** Runs steps one after the other. After a failure only what cleans up is still run. */
export async function runSteps(steps: readonly Step[], options: RunStepsOptions): Promise<{ leftovers: string[]; failure: unknown }> {
  const { target, directory, whole, runId } = options;
  const before = new Set((await target.inventory())?.map(({ arn }) => arn));
  const began = performance.now();
  const which = await chooseRun({ target, directory, runId, whole, cleansUp: steps.every((step) => step.endsRun) });
  const state = openRunState({ directory, scope: target.scope, which });
  let failure: unknown;
  for (const step of steps) {
    if (failure !== undefined && !(whole && step.endsRun)) continue;
    const error = await runOne(step, { ...options, state, afterFailure: failure !== undefined });
    failure ??= error;
  }
  if (failure !== undefined) reportFailure(failure, { ...options, steps, state, isCurrent: which === 'current' });
  const leftovers = await findLeft(steps, { ...options, state, before });
  if (failure === undefined && leftovers.length === 0) reportSuccess(steps, { ...options, seconds: (performance.now() - began) / 1000 });
  return { leftovers, failure };
}

async function runOne(step: Step, options: RunStepsOptions & { state: RunState; afterFailure: boolean }): Promise<unknown> {
  const { directory, say, interrupt, results, whole, afterFailure } = options;
  const started = performance.now();
  const answered = say.output.length;
  // The interrupt that may have been the failure must not end the clean-up.
  const signal = afterFailure ? new AbortController().signal : interrupt.signal;
  // An exercise says nothing about whether the learner has done the step.
  const isOwn = !whole && process.env[EXERCISE_VARIABLE] === undefined;
  const progress = isOwn ? openProgress(directory) : undefined;
  const error = await runStep(step, { ...options, signal, progress }).then(
    () => undefined,
    (caught: unknown) => caught ?? new Error('a step failed without a reason'),
  );
  // A mistake in the use is no failure of the step.
  if (error !== undefined && !isMisuse(error)) progress?.recordFailure(step.id);
  if (error === undefined && isOwn) endExercises(step, options);
  const ms = Math.round(performance.now() - started);
  results.push({ step: step.id, ok: error === undefined, ms, output: say.output.slice(answered).trim() });
  if (error === undefined) say.about(t('run.done', { seconds: (ms / 1000).toFixed(1) }));
  return error;
}

/** A step that ran as it should has undone what an exercise of it changed; at the end of the path nothing is left to undo. */
function endExercises(step: Step, { directory, ids }: RunStepsOptions): void {
  const marks = openMarks(directory);
  for (const id of step.endsRun ? pathOf(ids) : [step.id]) marks.clear(id);
}

function reportFailure(
  failure: unknown,
  {
    steps,
    state,
    isCurrent,
    target,
    say,
    whole,
    results,
  }: RunStepsOptions & { steps: readonly Step[]; state: RunState; isCurrent: boolean },
): void {
  if (whole && target.own) return state.forget();
  // The exercise says how to go on.
  if (process.env[EXERCISE_VARIABLE] !== undefined) return;
  const hasLeft = steps.some((step) => isLeft(step) && results.some(({ step: id, ok }) => step.id === id && (ok || !isMisuse(failure))));
  if (!hasLeft || results.at(-1)?.ok) return;
  const command = commandLine(isCurrent ? '05' : `05 --run ${state.run.id}`, target.name);
  say.warn(t('run.notCleanedUp', { run: state.run.id, command }));
}

function reportSuccess(steps: readonly Step[], { whole, say, ids, seconds, target }: RunStepsOptions & { seconds: number }): void {
  if (process.env[EXERCISE_VARIABLE] !== undefined) return;
  if (whole) say.heading(t('run.all', { count: steps.length, seconds: seconds.toFixed(1) }));
  const last = whole ? undefined : steps.at(-1)?.id;
  const next = last === undefined ? ids[0] : ids[ids.indexOf(last) + 1];
  if (whole && steps.length === ids.length) return;
  if (next === undefined) return say.next(t('run.next.finished'));
  say.next(t('run.next.page', { command: commandLine(numberOf(next), target.name), step: next }));
}

/** In an emulator that others use too, only what bears the run's ID belongs to the run. */
async function findLeft(
  steps: readonly Step[],
  { whole, target, state, before }: RunStepsOptions & { state: RunState; before: ReadonlySet<string> },
): Promise<string[]> {
  const after = whole || steps.every((step) => step.cleanUp) ? await target.inventory() : undefined;
  const arns = (after ?? []).map(({ arn }) => arn);
  return arns.filter((arn) => !before.has(arn) && (target.own || arn.includes(state.run.id)));
}
