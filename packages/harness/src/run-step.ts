import { commandLine } from './command-line.ts';
import { createContext, noVendor } from './create-context.ts';
import { HarnessError } from './errors.ts';
import { findLeftovers } from './find-runs.ts';
import { numberOf } from './find-steps.ts';
import { verbatim } from './messages/catalog.ts';
import { t } from './messages/index.ts';
import type { Narrator } from './narrator.ts';
import type { Progress } from './progress.ts';
import type { RunState } from './run-state.ts';
import type { Step, StepContext } from './step.ts';
import type { Target } from './target.ts';

export interface StepResult {
  step: string;
  ok: boolean;
  ms: number;
  /** What the agent answered. */
  output: string;
}

export interface RunStepOptions {
  target: Target;
  state: RunState;
  say: Narrator;
  signal: AbortSignal;
  payload?: { prompt: string } | undefined;
  /** Not in a whole run, which is not the learner's own. */
  progress?: Progress | undefined;
}

/** Runs one step on an open target. Throws what went wrong; the state records the step as done only when nothing did. */
export async function runStep(step: Step, options: RunStepOptions): Promise<void> {
  const { target, state, say, signal, progress } = options;
  requireNeeds(step, options);
  say.heading(t('run.summary', { number: numberOf(step.id), title: step.title }));
  const contextFor = (ofStep: AbortSignal) => createContext(step, { ...options, signal: ofStep });
  if (step.cleanUp) return runAlone(step, contextFor, options);
  await step.run(contextFor(signal));
  if (step.endsRun) {
    await requireNothingLeft(target, state.run.id);
    state.forget();
  } else state.markDone(step.id);
  progress?.record(step.id);
}

function requireNeeds(step: Step, { target, state }: RunStepOptions): void {
  const missing = step.needs.find((id) => !state.isDone(id));
  if (missing !== undefined) {
    state.forgetIfEmpty();
    const command = commandLine(numberOf(missing), target.name);
    throw new HarnessError(
      'MISSING_STEP',
      t('run.missingStep', { step: numberOf(step.id), missing: numberOf(missing), run: state.run.id, command }),
    );
  }
  if (step.needsVendor && target.vendor === undefined) {
    state.forgetIfEmpty();
    noVendor(step);
  }
}

/** A step that stands alone leaves nothing: not after an error, and not after Ctrl-C. */
async function runAlone(
  step: Step,
  contextFor: (signal: AbortSignal) => StepContext,
  { state, say, signal, progress }: RunStepOptions,
): Promise<void> {
  let failure: unknown;
  try {
    await step.run(contextFor(signal));
  } catch (error) {
    failure = error ?? new Error('a step failed without a reason');
  }
  try {
    // The interrupt that may have ended the step must not end its clean-up.
    await step.cleanUp?.(contextFor(new AbortController().signal));
    state.forgetIfEmpty();
  } catch (error) {
    if (failure === undefined) throw error;
    say.warn(t('run.cleanUpFailed', { reason: reasonOf(error), step: numberOf(step.id) }));
  }
  if (failure !== undefined) throw failure;
  progress?.record(step.id);
}

const reasonOf = (error: unknown) =>
  error instanceof HarnessError ? error.said : verbatim(error instanceof Error ? error.message : String(error));

/** A tutorial beside the path that was killed left resources that the end of the path does not know: the run goes on until they are gone. */
async function requireNothingLeft({ name, region }: Target, run: string): Promise<void> {
  const left = (await findLeftovers({ region })).filter((leftover) => leftover.run === run);
  if (left.length === 0) return;
  const target = name === 'aws' ? t('run.othersLeft.aws') : t('run.othersLeft.local');
  throw new HarnessError('CHECK_FAILED', t('run.othersLeft', { run, names: left.map((leftover) => leftover.name), target }));
}
