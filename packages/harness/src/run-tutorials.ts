import { constants } from 'node:os';
import { join } from 'node:path';
import { chooseRun } from './choose-run.ts';
import { HarnessError } from './errors.ts';
import { listStepIds, loadStep, ROOT, stateDirectory } from './find-steps.ts';
import { HELP } from './help.ts';
import { chooseLanguage, languageOfErrors, withoutLanguage } from './language/choose-language.ts';
import type { Translate } from './language/create-translator.ts';
import { loadTranslator } from './language/load-translator.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { optionsOfStep, parseArguments, type Arguments } from './parse-arguments.ts';
import { isMisuse, presentError } from './present-error.ts';
import { openProgress } from './progress.ts';
import { openRunState } from './run-state.ts';
import { runStep, type StepResult } from './run-step.ts';
import type { Step } from './step.ts';
import { openAwsTarget, openLocalTarget, type Target } from './target.ts';

/** The command behind `npm start`: in the root, or with `only` in a tutorial's folder. Returns the exit status. */
export async function runTutorials(args: readonly string[], { only }: { only?: { step: Step; folder: string } } = {}): Promise<number> {
  const argv = withoutLanguage(args);
  const json = argv.includes('--json');
  let translate: Translate = (text) => text;
  const interrupt = listenForInterrupt((text) => translate(text));
  const results: StepResult[] = [];
  let target: Target | undefined;
  let alone = false;
  let leftovers: string[] = [];
  let status = 0;
  let failure: { code: string; message: string } | undefined;
  try {
    translate = await loadTranslator(languageOfErrors(args, process.env));
    requireNode();
    const language = chooseLanguage(args, process.env);
    const ids = await listStepIds();
    const options = parseArguments(argv, ids, only?.step.id);
    if (options.help || options.list) {
      const list = json ? JSON.stringify({ steps: ids }) : ids.join('\n');
      process.stdout.write(options.help ? HELP[language] : `${list}\n`);
      return 0;
    }
    if (options.breakIt !== undefined || options.repair) {
      interrupt.release();
      return await doExercise(options, { args, translate, folder: only?.folder });
    }
    const chosen = only ? [only.step] : await Promise.all(options.steps.map((id) => loadStep(id)));
    alone = chosen.every((step) => step.cleanUp);
    const say = createNarrator(json ? process.stderr : process.stdout, translate);
    const directory = stateDirectory();
    try {
      target =
        options.target === 'aws'
          ? await openAwsTarget({ yes: options.yes, plan: describePlan(chosen), say, models: chosen.map(({ model }) => model) })
          : await openLocalTarget({ directory, ephemeral: options.whole || alone, wait: { say, signal: interrupt.signal } });
      const ran = await runSteps(chosen, options, { target, directory, say, interrupt, results });
      ({ leftovers } = ran);
      if (ran.failure !== undefined) throw ran.failure;
    } finally {
      await target?.close();
    }
    if (leftovers.length > 0) throw new HarnessError('CHECK_FAILED', `These are left behind: ${leftovers.join(', ')}.`);
  } catch (error) {
    const { text, status: failed } = presentError(error, interrupt.signal.aborted, { alone });
    process.stderr.write(`\n${translate(text)}\n`);
    status = interrupt.signal.aborted ? Number(interrupt.signal.reason) : failed;
    failure = interrupt.signal.aborted ? { code: 'STOPPED', message: text } : describeFailure(error);
  } finally {
    interrupt.release();
  }
  const report = { ok: status === 0, target: target?.name ?? 'local', steps: results, leftovers, ...(failure && { error: failure }) };
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return status;
}

/** The code of our own packages' errors, or the name of AWS's. */
function describeFailure(error: unknown): { code: string; message: string } {
  const { code, name = 'Error', message = String(error) } = (error ?? {}) as { code?: unknown; name?: string; message?: string };
  return { code: typeof code === 'string' ? code : name, message };
}

/** `--break N` and `--repair`. */
async function doExercise(
  { breakIt, steps: [id = ''], json }: Arguments,
  { args, translate, folder }: { args: readonly string[]; translate: Translate; folder: string | undefined },
): Promise<number> {
  const { breakStep, repairStep } = await import('./exercises/break-step.ts');
  const exercise = {
    folder: folder ?? join(ROOT, 'tutorials', id),
    say: createNarrator(json ? process.stderr : process.stdout, translate),
    command: `npm start -- ${id.slice(0, 2)}`,
    id,
  };
  if (breakIt !== undefined) return breakStep({ ...exercise, number: breakIt, argv: optionsOfStep(args) });
  await repairStep(exercise);
  return 0;
}

interface Running {
  target: Target;
  directory: string;
  say: Narrator;
  interrupt: { signal: AbortSignal };
  results: StepResult[];
}

async function runSteps(
  steps: readonly Step[],
  { whole, runId, payload }: Arguments,
  { target, directory, say, interrupt, results }: Running,
): Promise<{ leftovers: string[]; failure: unknown }> {
  const before = new Set((await target.inventory())?.map(({ arn }) => arn));
  const began = performance.now();
  const cleansUp = steps.every((step) => step.endsRun);
  const which = await chooseRun({ target, directory, runId, whole, cleansUp });
  const state = openRunState({ directory, scope: target.scope, which });
  let failure: unknown;
  for (const step of steps) {
    // After a failure only what cleans up is still run, and not stopped by the interrupt that may have been the failure.
    if (failure !== undefined && !(whole && step.endsRun)) continue;
    const started = performance.now();
    const said = say.output.length;
    const signal = failure === undefined ? interrupt.signal : new AbortController().signal;
    const progress = whole ? undefined : openProgress(directory);
    const error = await runStep(step, { target, state, say, signal, payload, progress }).then(
      () => undefined,
      (caught: unknown) => caught ?? new Error('a step failed without a reason'),
    );
    // A mistake in how it was called is none of the step's.
    if (error !== undefined && !isMistake(error)) progress?.recordFailure(step.id);
    const ms = Math.round(performance.now() - started);
    results.push({ step: step.id, ok: error === undefined, ms, output: say.output.slice(said).trim() });
    if (error === undefined) say.about(`done in ${(ms / 1000).toFixed(1)} s`);
    failure ??= error;
  }
  if (failure !== undefined) {
    if (whole && target.own) state.forget();
    else if (
      steps.some((step) => isLeft(step) && results.some(({ step: id, ok }) => step.id === id && (ok || !isMistake(failure)))) &&
      !results.at(-1)?.ok
    )
      say.about(
        `Run ${state.run.id} is not cleaned up. What it made is deleted by: npm start -- 05${target.name === 'aws' ? ' --target aws' : ''}${which === 'current' ? '' : ` --run ${state.run.id}`}`,
      );
  }
  const after = whole || steps.every((step) => step.cleanUp) ? await target.inventory() : undefined;
  // In an emulator that others use too, only what bears this run's id is this run's.
  const leftovers = (after ?? []).map(({ arn }) => arn).filter((arn) => !before.has(arn) && (target.own || arn.includes(state.run.id)));
  if (whole && failure === undefined && leftovers.length === 0)
    say.heading(`All ${steps.length} tutorials ran in ${((performance.now() - began) / 1000).toFixed(1)} s, and nothing is left.`);
  return { leftovers, failure };
}

/** A mistake in how a step was called: it has done nothing. */
const isMistake = (error: unknown): boolean => error instanceof HarnessError && isMisuse(error.code);

/** What the steps do to an account, in words. */
function describePlan(steps: readonly Step[]): string[] {
  const makes = [...new Set(steps.flatMap((step) => step.makes))];
  const ends = steps.some((step) => step.endsRun);
  return [
    makes.length > 0 ? `It creates: ${makes.join(', ')}.` : 'It creates nothing.',
    ends ? 'At the end it deletes what it, or its run, has made.' : '',
    !ends && steps.some(isLeft) ? 'Step 05 deletes all of it.' : '',
    !ends && steps.some((step) => step.cleanUp) ? 'Each of these steps deletes at its end what it has made.' : '',
  ].filter(Boolean);
}

/** What the step makes is there until step 05. */
const isLeft = (step: Step): boolean => step.makes.length > 0 && step.cleanUp === undefined;

function requireNode(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24)
    throw new HarnessError(
      'OLD_NODE',
      `This needs Node 24 or newer, and runs on ${process.version}. npm start brings its own on Linux and Windows; on a Mac with Apple silicon install Node 24.`,
    );
}

/** Ctrl-C, the end of a job, a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first Ctrl-C ends the step in an orderly way; the second ends the process at once. So do the other signals, but once only: a process group
 * and a launcher that passes them on say the same thing twice. An output that nobody reads any more, or that is full, ends it in an orderly way,
 * too. The reason of the signal is the exit status.
 */
function listenForInterrupt(translate: Translate): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted && name === 'SIGINT') process.exit(Number(controller.signal.reason));
    if (controller.signal.aborted) return;
    process.stderr.write(`\n  ${translate('Stopping ... (once more to stop at once)')}\n`);
    controller.abort(128 + constants.signals[name]);
  };
  const onClosed = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') return controller.abort(128 + constants.signals.SIGPIPE);
    process.stderr.write(`\n  ${translate(`Stopping ... the output cannot be written: ${error.message}`)}\n`);
    controller.abort(1);
  };
  const ignore = (): void => undefined;
  for (const name of SIGNALS) process.on(name, onSignal);
  // Both stay: what is still written while the step ends must not end the process.
  process.stdout.on('error', onClosed);
  process.stderr.on('error', ignore);
  return {
    signal: controller.signal,
    release() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
