import { commandLine } from '../command-line.ts';
import { costPerHour, PRICES_OF, SESSION_PRICES } from '../costs.ts';
import { findActive } from '../exercises/find-active.ts';
import { openMarks } from '../exercises/marks.ts';
import { findRuns } from '../find-runs.ts';
import { loadMessages, numberOf, pathOf } from '../find-steps.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { isOver, openProgress } from '../progress.ts';
import { peekRunState } from '../run-state.ts';
import type { Target, TargetName } from '../target.ts';
import type { CommandContext } from './context.ts';
import { withTarget } from './with-target.ts';

interface Status {
  run: string | undefined;
  startedAt: string | undefined;
  target: TargetName;
  accountId: string;
  region: string;
  steps: { step: string; done: boolean; finishedAt: string | undefined }[];
  next: string | undefined;
  exercises: { step: string; number: number }[];
  runs: string[];
  resources: { type: string; arn: string }[] | undefined;
  dollarsPerHour: number | undefined;
  pricesOf: string;
}

/** `status`: the learner's progress, what exists and where, and what it would cost on a real account. */
export async function status(context: CommandContext): Promise<number> {
  const active = await findActive(openMarks(context.directory));
  const result: Status = {
    ...(await withTarget(context, (target) => readStatus(target, context))),
    exercises: active.map(({ step, number }) => ({ step, number })),
  };
  for (const { number, step, title } of active)
    context.say.warn(t('exercise.active', { number, step: numberOf(step), title, command: `npm start -- ${numberOf(step)} --repair` }));
  await show(result, context, active[0]?.step);
  if (context.options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}

async function readStatus(target: Target, { ids, directory }: CommandContext): Promise<Omit<Status, 'exercises'>> {
  const state = peekRunState({ directory, scope: target.scope });
  const progress = openProgress(directory);
  const path = pathOf(ids);
  const steps = ids.map((id) => {
    const finishedAt = progress.finishedAt(id);
    const inRun = state.isDone(id) || (state.run.id === '' && isOver(progress, id, path.at(-1)));
    return { step: id, done: path.includes(id) && id !== path.at(-1) ? inRun : finishedAt !== undefined, finishedAt };
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
}

async function show(
  { run, target, accountId, region, steps, next, resources, runs, dollarsPerHour }: Status,
  { say }: CommandContext,
  broken: string | undefined,
): Promise<void> {
  const place = target === 'local' ? t('status.where.local') : verbatim('AWS');
  const where = t('status.where', { place, account: accountId, region });
  say.heading(run ? t('status.run', { run, where }) : t('status.run.none', { where }));
  const rows = steps.map(async ({ step, done }) => {
    const mark = done ? t('status.done') : step === next ? t('status.next') : t('status.open');
    return { cells: [verbatim(numberOf(step)), mark, (await loadMessages(step))('title')], tone: done ? ('pass' as const) : undefined };
  });
  say.table(await Promise.all(rows));
  if (resources) {
    say.heading(resources.length > 0 ? t('status.resources') : t('status.resources.none'));
    for (const { arn } of resources) say.item(verbatim(arn));
  } else say.heading(runs.length > 0 ? t('status.runs', { runs }) : t('status.runs.none'));
  const { vcpuHour: vcpu, gigabyteHour: gigabyte } = SESSION_PRICES;
  if (dollarsPerHour) say.about(t('status.costs', { hourly: dollarsPerHour.toFixed(5), vcpu, gigabyte, date: PRICES_OF }));
  if (broken !== undefined) say.next(t('status.nextCommand', { command: `npm start -- ${numberOf(broken)} --repair` }));
  else if (next !== undefined) say.next(t('status.nextCommand', { command: commandLine(numberOf(next), target) }));
}
