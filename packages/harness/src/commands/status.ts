import { costPerHour, PRICES_OF, SESSION_PRICES } from '../costs.ts';
import { findRuns } from '../find-runs.ts';
import { listStepIds, loadStep, pathOf } from '../find-steps.ts';
import { isOver, openProgress } from '../progress.ts';
import { peekRunState } from '../run-state.ts';
import { narratorFor, parseCommand, withTarget } from './with-target.ts';

/** `status`: the whole path, what exists and where, and what that would cost on a real account. */
export async function status(argv: readonly string[]): Promise<number> {
  const options = parseCommand(argv);
  const say = await narratorFor(options);
  const ids = await listStepIds();
  const titles = await Promise.all(ids.map(async (id) => (await loadStep(id)).title));
  const result = await withTarget(options, async (target, directory) => {
    const state = peekRunState({ directory, scope: target.scope });
    const progress = openProgress(directory);
    const path = pathOf(ids);
    const steps = ids.map((id, index) => {
      const finishedAt = progress.finishedAt(id);
      const inRun = state.isDone(id) || (state.run.id === '' && isOver(progress, id, path.at(-1)));
      return {
        step: id,
        title: titles[index] ?? id,
        done: path.includes(id) && id !== path.at(-1) ? inRun : finishedAt !== undefined,
        finishedAt,
      };
    });
    const resources = await target.inventory();
    return {
      run: state.run.id || undefined,
      startedAt: state.startedAt,
      target: target.name,
      accountId: target.accountId,
      region: target.region,
      steps,
      next: steps.find(({ done }) => !done)?.step,
      runs: await findRuns({ region: target.region }),
      resources: resources?.map(({ type, arn }) => ({ type, arn })),
      dollarsPerHour: resources && costPerHour(resources),
      pricesOf: PRICES_OF,
    };
  });

  const where = `${result.target === 'local' ? 'the emulator on this machine' : 'AWS'}, account ${result.accountId}, ${result.region}`;
  say.heading(result.run ? `Run ${result.run} in ${where}` : `No run is under way in ${where}`);
  for (const { step, title, done } of result.steps) {
    if (done) say.done(`${step.slice(0, 2)} ${say.translate(title)}`);
    else say.about(`· ${step.slice(0, 2)} ${title}${step === result.next ? `    next: npm start -- ${step.slice(0, 2)}` : ''}`);
  }
  if (result.resources) {
    say.heading(result.resources.length > 0 ? 'What exists' : 'Nothing exists.');
    for (const { arn } of result.resources) say.about(arn);
  } else {
    say.heading(result.runs.length > 0 ? `Runs that have something there: ${result.runs.join(', ')}` : 'No run has anything there.');
  }
  const { vcpuHour, gigabyteHour } = SESSION_PRICES;
  if (result.dollarsPerHour)
    say.about(
      `On a real account: $${result.dollarsPerHour.toFixed(5)} an hour for that, and while an agent works $${vcpuHour} per vCPU-hour and $${gigabyteHour} per GB-hour (list prices of ${PRICES_OF}).`,
    );
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}
