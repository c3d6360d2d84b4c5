import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { findStepId, loadStep, numberOf } from '../find-steps.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { openProgress } from '../progress.ts';
import { usageError } from '../program/usage-error.ts';
import { peekRunState } from '../run-state.ts';
import { checkStep } from './check-step.ts';
import type { CommandContext } from './context.ts';
import { withTarget } from './with-target.ts';

/** `hints [NN] [1|2|3]`: for the first criterion of a step that does not hold, a nudge, a pointer, or the command to type. */
export async function hints(context: CommandContext): Promise<number> {
  const { ids, directory, options, say } = context;
  const { word, level } = readWords(context);
  const step = await loadStep(findStepId(ids, word));
  const active = await findActive(openMarks(directory));
  const missing = await withTarget(context, async (target) => {
    const state = peekRunState({ directory, scope: target.scope });
    const criteria = await checkStep(step, { target, state, progress: openProgress(directory), active });
    return criteria.find(({ holds }) => !holds);
  });
  say.heading(t('run.summary', { number: numberOf(step.id), title: step.title }));
  const hint = missing?.hints?.[level - 1] ?? verbatim('');
  if (missing === undefined) say.about(t('hints.none'));
  else {
    say.about(t('hints.missing', { claim: missing.claim }));
    say.about(t('hints.hint', { level, hint }));
  }
  const found = missing && { claim: missing.claim.in('en'), level, hint: hint.in('en') };
  if (options.json) process.stdout.write(`${JSON.stringify({ step: step.id, done: missing === undefined, ...found })}\n`);
  return 0;
}

/** In a tutorial's folder, `hints` and `hints 2` are about that tutorial. */
function readWords({ words, here }: CommandContext): { word: string; level: number } {
  const [first, second] = words;
  const onlyLevel = here !== undefined && second === undefined && (first === undefined || /^[123]$/.test(first));
  const word = onlyLevel ? here : first;
  const level = (onlyLevel ? first : second) ?? '1';
  if (word === undefined || !/^[123]$/.test(level)) throw usageError(t('hints.which'));
  return { word, level: Number(level) };
}
