import { HarnessError } from '../errors.ts';
import { EXERCISE_VARIABLE } from '../exercises/variables.ts';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { loadStep, numberOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import { modelsFromEnvironment } from '../model-access.ts';
import { presentError } from '../present-error.ts';
import { printError } from '../print-error.ts';
import { listenForInterrupt } from '../runs/listen-for-interrupt.ts';
import { describePlan } from '../runs/describe-plan.ts';
import { runSteps } from '../runs/run-steps.ts';
import type { StepResult } from '../run-step.ts';
import type { Step } from '../step.ts';
import { openAwsTarget, openLocalTarget, type Target } from '../target.ts';
import { usageError } from '../program/usage-error.ts';
import type { CommandContext } from './context.ts';
import { doExercise } from './do-exercise.ts';
import { selectSteps, type Selection } from './select-steps.ts';

/** `npm start [-- TUTORIALS]`: runs tutorials, does an exercise, or repairs one. */
export async function run(given: CommandContext): Promise<number> {
  const selection = selectSteps(given);
  const context = selection.whole ? { ...given, say: given.brief() } : given;
  const { options, say } = context;
  if (options.model === 'openai' && options.target === 'aws') throw usageError(t('usage.model'));
  if (options.break !== undefined || options.repair) return doExercise(context, selection.steps[0] ?? '');
  const interrupt = listenForInterrupt(say);
  const results: StepResult[] = [];
  const report = { ok: false, target: options.target ?? 'local', steps: results, leftovers: [] as string[] };
  try {
    await warnOfExercises(context);
    report.leftovers = await runSelection(context, selection, { interrupt, results });
    report.ok = true;
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  } catch (error) {
    const { aborted, reason } = interrupt.signal;
    const presented = presentError(error, aborted, { alone: selection.steps.every((id) => numberOf(id) > '05'), target: options.target });
    say.ready();
    printError(presented, context);
    if (error instanceof LeftBehind) report.leftovers = error.arns;
    const failure = aborted ? { code: 'STOPPED', message: presented.text.in('en') } : describeFailure(error);
    if (options.json) process.stdout.write(`${JSON.stringify({ ...report, error: failure })}\n`);
    return aborted ? Number(reason) : presented.status;
  } finally {
    say.ready();
    interrupt.release();
  }
}

/** A run that ended well and did not leave nothing. */
class LeftBehind extends HarnessError {
  readonly arns: string[];

  constructor(arns: string[]) {
    super('CHECK_FAILED', t('run.leftovers', { arns }));
    this.arns = arns;
  }
}

async function runSelection(
  context: CommandContext,
  selection: Selection,
  running: { interrupt: { signal: AbortSignal }; results: StepResult[] },
): Promise<string[]> {
  const steps = await Promise.all(selection.steps.map((id) => loadStep(id)));
  const target = await openTarget(context, selection, { steps, signal: running.interrupt.signal });
  try {
    const { leftovers, failure } = await runSteps(steps, { ...context, ...selection, ...running, target, runId: context.options.run });
    if (failure !== undefined) throw failure;
    if (leftovers.length > 0) throw new LeftBehind(leftovers);
    return leftovers;
  } finally {
    await target.close();
  }
}

function openTarget(
  { options, directory, say }: CommandContext,
  { whole }: Selection,
  { steps, signal }: { steps: readonly Step[]; signal: AbortSignal },
): Promise<Target> {
  const models = steps.map(({ model }) => model);
  if (options.target === 'aws') return openAwsTarget({ yes: options.yes ?? false, plan: describePlan(steps), say, models });
  return openLocalTarget({
    directory,
    ephemeral: whole || steps.every((step) => step.cleanUp),
    wait: { say, signal },
    ...(options.model === 'openai' ? { models: modelsFromEnvironment(models) } : {}),
  });
}

/** What an exercise has changed explains whatever happens next, so it comes first. */
async function warnOfExercises({ directory, say }: CommandContext): Promise<void> {
  if (process.env[EXERCISE_VARIABLE] !== undefined) return;
  for (const { number, step, title } of await findActive(openMarks(directory)))
    say.warn(t('exercise.active', { number, step: numberOf(step), title, command: `npm start -- ${numberOf(step)} --repair` }));
}

/** The code of our own packages' errors, or the name of AWS's. */
function describeFailure(error: unknown): { code: string; message: string } {
  const { code, name = 'Error', message = String(error) } = (error ?? {}) as { code?: unknown; name?: string; message?: string };
  return { code: typeof code === 'string' ? code : name, message };
}
