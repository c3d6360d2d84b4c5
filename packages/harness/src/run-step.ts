import { createContext, noVendor } from './create-context.ts';
import { HarnessError } from './errors.ts';
import { findLeftovers } from './find-runs.ts';
import type { Narrator } from './narrator.ts';
import type { Progress } from './progress.ts';
import type { RunState } from './run-state.ts';
import type { Step, StepContext } from './step.ts';
import type { Target } from './target.ts';

export interface StepResult {
  step: string;
  ok: boolean;
  ms: number;
  /** What the agent said. */
  output: string;
}

/** Runs one step on an open target. Throws what went wrong; the state says that the step is done only when it did not. */
export async function runStep(
  step: Step,
  {
    target,
    state,
    say,
    signal,
    payload,
    progress,
  }: {
    target: Target;
    state: RunState;
    say: Narrator;
    signal: AbortSignal;
    payload?: { prompt: string } | undefined;
    /** Not of a whole run: that is not the learner's own. */
    progress?: Progress | undefined;
  },
): Promise<void> {
  const missing = step.needs.find((id) => !state.isDone(id));
  if (missing !== undefined) {
    state.forgetIfEmpty();
    throw new HarnessError(
      'MISSING_STEP',
      `${step.id} needs what ${missing} makes, and that has not been run (run ${state.run.id}). Run it first: npm start -- ${missing.slice(0, 2)}`,
    );
  }
  if (step.needsVendor && target.vendor === undefined) {
    state.forgetIfEmpty();
    noVendor(step);
  }
  say.heading(`${step.id.slice(0, 2)} ${step.title}`);
  const contextFor = (signal: AbortSignal) => createContext(step, { target, state, say, signal, payload });
  if (step.cleanUp) return runAlone(step, contextFor, { state, say, signal, progress });
  await step.run(contextFor(signal));
  if (step.endsRun) {
    await requireNothingLeft(target, state.run.id);
    state.forget();
  } else state.markDone(step.id);
  progress?.record(step.id);
}

/** Of a step that stands alone, nothing is left in any case: not after an error, and not after Ctrl-C. */
async function runAlone(
  step: Step,
  contextFor: (signal: AbortSignal) => StepContext,
  { state, say, signal, progress }: { state: RunState; say: Narrator; signal: AbortSignal; progress: Progress | undefined },
): Promise<void> {
  let failure: unknown;
  try {
    await step.run(contextFor(signal));
  } catch (error) {
    failure = error ?? new Error('a step failed without a reason');
  }
  try {
    // Of an interrupt that was the failure, cleaning up is to hear nothing.
    await step.cleanUp?.(contextFor(new AbortController().signal));
    state.forgetIfEmpty();
  } catch (error) {
    if (failure === undefined) throw error;
    say.about(
      `Cleaning up failed as well: ${error instanceof Error ? error.message : String(error)} What is left is deleted by running ${step.id} again.`,
    );
  }
  if (failure !== undefined) throw failure;
  progress?.record(step.id);
}

/** A tutorial beside the path that was killed left what the end of the path knows nothing of: the run goes on until that is gone, too. */
async function requireNothingLeft({ name, region }: Target, run: string): Promise<void> {
  const left = (await findLeftovers({ region })).filter((leftover) => leftover.run === run);
  if (left.length === 0) return;
  throw new HarnessError(
    'CHECK_FAILED',
    `Another tutorial was stopped before it had cleaned up, and left of run ${run}: ${left.map((leftover) => leftover.name).join(', ')}, and what belongs to that. Run that tutorial again (06 to 09): it deletes at its end what it finds of its own${name === 'aws' ? ', with --target aws' : ''}.`,
  );
}
