import { HarnessError } from '../errors.ts';
import { findStepId, listStepIds, loadStep } from '../find-steps.ts';
import { openProgress } from '../progress.ts';
import { peekRunState } from '../run-state.ts';
import { checkStep } from './check-step.ts';
import { narratorFor, parseCommand, withTarget } from './with-target.ts';

/** `hints NN [1|2|3]`: for the first thing of a step that does not hold, a nudge, a pointer, or what to type. */
export async function hints(argv: readonly string[]): Promise<number> {
  const options = parseCommand(argv, { takesWords: true });
  const [word, level = '1'] = options.words;
  if (word === undefined || !/^[123]$/.test(level))
    throw new HarnessError('USAGE', 'Which step, and how much help? npm start -- hints 03, then hints 03 2, then hints 03 3');
  const step = await loadStep(findStepId(await listStepIds(), word));
  const missing = await withTarget(options, async (target, directory) => {
    const criteria = await checkStep(step, {
      target,
      state: peekRunState({ directory, scope: target.scope }),
      progress: openProgress(directory),
    });
    return criteria.find(({ holds }) => !holds);
  });
  const say = await narratorFor(options);
  say.heading(`${step.id.slice(0, 2)} ${step.title}`);
  if (missing === undefined) say.done('everything holds: there is nothing to hint at');
  else {
    say.about(`Not yet: ${missing.claim}.`);
    say.about(`Hint ${level} of 3: ${missing.hints?.[Number(level) - 1]}`);
  }
  const hint = missing && { claim: missing.claim, level: Number(level), hint: missing.hints?.[Number(level) - 1] };
  if (options.json) process.stdout.write(`${JSON.stringify({ step: step.id, done: missing === undefined, ...hint })}\n`);
  return 0;
}
