import { HarnessError } from './errors.ts';
import type { Narrator } from './narrator.ts';
import { onceIamKnows } from './once-iam-knows.ts';
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
  }: { target: Target; state: RunState; say: Narrator; signal: AbortSignal; payload?: { prompt: string } | undefined },
): Promise<void> {
  const missing = step.needs.find((id) => !state.isDone(id));
  if (missing !== undefined) {
    throw new HarnessError(
      'MISSING_STEP',
      `${step.id} needs what ${missing} makes, and that has not been run (run ${state.run.id}). Run it first: npm start -- ${missing.slice(0, 2)}`,
    );
  }
  if (step.needsVendor && target.vendor === undefined) noVendor(step);
  say.heading(`${step.id.slice(0, 2)} ${step.title}`);
  const contextFor = (signal: AbortSignal): StepContext => ({
    target: target.name,
    region: target.region,
    accountId: target.accountId,
    model: target.model,
    get vendor() {
      return target.vendor ?? noVendor(step);
    },
    run: state.run,
    payload,
    say,
    signal,
    onceIamKnows: (ask) => onceIamKnows(ask, { say, signal, timeoutMs: target.policyDelayMs }),
    check(claim, holds) {
      if (!holds) throw new HarnessError('CHECK_FAILED', `This should hold, and does not: ${claim}.`);
      say.done(claim);
    },
  });
  if (step.cleanUp) return runAlone(step, contextFor, { state, say, signal });
  await step.run(contextFor(signal));
  if (step.endsRun) state.forget();
  else state.markDone(step.id);
}

/** Of a step that stands alone, nothing is left in any case: not after an error, and not after Ctrl-C. */
async function runAlone(
  step: Step,
  contextFor: (signal: AbortSignal) => StepContext,
  { state, say, signal }: { state: RunState; say: Narrator; signal: AbortSignal },
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
}

function noVendor(step: Step): never {
  throw new HarnessError(
    'NO_VENDOR',
    `${step.id} needs an OAuth2 vendor that AWS can reach. Set VENDOR_DISCOVERY_URL, VENDOR_CLIENT_ID, VENDOR_CLIENT_SECRET, VENDOR_API_URL and VENDOR_AGENT_AUDIENCE. Without --target aws there is one on this machine.`,
  );
}
