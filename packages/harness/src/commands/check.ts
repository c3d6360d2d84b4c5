import { findStepId, listStepIds, loadStep } from '../find-steps.ts';
import { openProgress } from '../progress.ts';
import { peekRunState } from '../run-state.ts';
import { checkStep } from './check-step.ts';
import { narratorFor, parseCommand, withTarget } from './with-target.ts';

/** `check [NN...]`: is it done? Per criterion, with the reason where it is not. Exit status 1 when something does not hold. */
export async function check(argv: readonly string[]): Promise<number> {
  const options = parseCommand(argv, { takesWords: true });
  const say = await narratorFor(options);
  const ids = await listStepIds();
  const chosen = options.words.length > 0 ? options.words.map((word) => findStepId(ids, word)) : ids;
  const steps = await withTarget(options, async (target, directory) => {
    const checking = { target, state: peekRunState({ directory, scope: target.scope }), progress: openProgress(directory) };
    const checked: { step: string; title: string; done: boolean; criteria: Awaited<ReturnType<typeof checkStep>> }[] = [];
    for (const id of chosen) {
      const step = await loadStep(id);
      const criteria = await checkStep(step, checking);
      const done = criteria.every(({ holds }) => holds);
      checked.push({ step: id, title: step.title, done, criteria });
    }
    return checked;
  });
  for (const { step, title, criteria } of steps) {
    say.heading(`${step.slice(0, 2)} ${title}`);
    for (const { claim, holds, why, hints } of criteria) {
      if (holds) say.done(claim);
      else say.failed(claim, `${why} Next: ${hints?.[2]}`);
    }
  }
  const done = steps.every((step) => step.done);
  if (!done) say.about('Rather find out yourself? npm start -- hints NN');
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ done, steps: steps.map(({ step, done: isDone, criteria }) => ({ step, done: isDone, criteria })) })}\n`,
    );
  return done ? 0 : 1;
}
