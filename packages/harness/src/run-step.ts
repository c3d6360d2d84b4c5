import { HarnessError } from './errors.ts';
import type { Narrator } from './narrator.ts';
import { onceIamKnows } from './once-iam-knows.ts';
import type { RunState } from './run-state.ts';
import type { Step } from './step.ts';
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
  say.heading(`${step.id.slice(0, 2)} ${step.title}`);
  await step.run({
    target: target.name,
    region: target.region,
    accountId: target.accountId,
    model: target.model,
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
  if (step.endsRun) state.forget();
  else state.markDone(step.id);
}
