import { commandLine } from '../command-line.ts';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { findStepId, loadStep, numberOf } from '../find-steps.ts';
import { verbatim, type Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { openProgress } from '../progress.ts';
import { peekRunState } from '../run-state.ts';
import { checkStep, type CheckedCriterion } from './check-step.ts';
import type { CommandContext } from './context.ts';
import { withTarget } from './with-target.ts';

/** `check [NN...]`: is it done? Per criterion, with the reason where it does not hold. Exit status 1 when something does not hold. */
export async function check(context: CommandContext): Promise<number> {
  const { words, ids, here, directory, options, say } = context;
  const chosen = words.length > 0 ? words.map((word) => findStepId(ids, word)) : here === undefined ? ids : [here];
  const active = await findActive(openMarks(directory));
  const steps = await withTarget(context, async (target) => {
    const checking = { target, state: peekRunState({ directory, scope: target.scope }), progress: openProgress(directory), active };
    const checked: { id: string; title: Message; criteria: CheckedCriterion[] }[] = [];
    for (const id of chosen) {
      const step = await loadStep(id);
      checked.push({ id, title: step.title, criteria: await checkStep(step, checking) });
    }
    return checked;
  });
  for (const { id, title, criteria } of steps) {
    say.heading(t('run.summary', { number: numberOf(id), title }));
    for (const { claim, why, hints } of criteria) say.verdict(claim, why && t('check.next', { why, command: hints?.[2] ?? verbatim('') }));
  }
  const [open] = steps.filter(({ criteria }) => !isDone(criteria));
  if (open) say.next(t('check.hint', { command: commandLine(`hints ${numberOf(open.id)}`, options.target) }));
  if (options.json) process.stdout.write(`${JSON.stringify({ done: open === undefined, steps: steps.map(describe) })}\n`);
  return open === undefined ? 0 : 1;
}

const isDone = (criteria: readonly CheckedCriterion[]) => criteria.every(({ holds }) => holds);

function describe({ id, criteria }: { id: string; criteria: readonly CheckedCriterion[] }) {
  return {
    step: id,
    done: isDone(criteria),
    criteria: criteria.map(({ claim, holds, why, hints }) => ({
      claim: claim.in('en'),
      holds,
      why: why?.in('en'),
      hints: hints?.map((hint) => hint.in('en')),
    })),
  };
}
