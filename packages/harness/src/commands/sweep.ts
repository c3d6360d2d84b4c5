import type { Message } from '../messages/catalog.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { findTagged } from '../sweep/find-tagged.ts';
import { judgeRuns, type JudgedRun } from '../sweep/judge-runs.ts';
import { parseAge } from '../sweep/parse-age.ts';
import { openAwsTarget, openLocalTarget, type Target } from '../target.ts';
import type { CommandContext } from './context.ts';

interface Swept {
  deleted: string[];
  failures: { id: string; why: string }[];
}

/**
 * `sweep`: everything in an account and region that has the tag of a run, whoever started it, when the run is older than an age. Lists without `--yes`;
 * deletes with it. Exit status 1 when something could not be deleted or, with `--expect-nothing`, when there was something.
 */
export async function sweep(context: CommandContext): Promise<number> {
  const { options, say } = context;
  const age = options.olderThan ?? { text: '24h', ms: parseAge('24h') };
  const target = await openTarget(context, options.yes ? t('sweep.plan', { age: age.text }) : t('target.reads'));
  try {
    const runs = judgeRuns(await findTagged({ region: target.region }), { olderThanMs: age.ms, now: new Date() });
    const swept: Swept = { deleted: [], failures: [] };
    for (const run of runs) await sweepRun(run, { context, swept, age: age.text });
    const old = runs.filter(({ verdict }) => verdict === 'old');
    if (runs.length === 0) say.heading(t('sweep.none'));
    else if (old.length > 0 && !options.yes) say.heading(t('sweep.onlyListed'));
    if (options.json) process.stdout.write(`${JSON.stringify(describe(target, { age: age.text, runs, swept }))}\n`);
    return swept.failures.length > 0 || (options.expectNothing && old.length > 0) ? 1 : 0;
  } finally {
    await target.close();
  }
}

async function openTarget({ options, directory, say }: CommandContext, plan: Message): Promise<Target> {
  // --yes is the confirmation; without it, nothing is changed.
  if (options.target === 'aws') return openAwsTarget({ yes: true, plan: [plan], say, models: [] });
  const target = await openLocalTarget({ directory, ephemeral: false });
  say.heading(t('target.local'));
  say.about(t('target.local.where', { account: target.accountId, region: target.region }));
  say.about(plan);
  return target;
}

async function sweepRun(
  run: JudgedRun,
  { context: { options, say }, swept, age }: { context: CommandContext; swept: Swept; age: string },
): Promise<void> {
  say.heading(headingOf(run, age));
  for (const { kind, id, remove } of run.resources) {
    const resource = `${kind} ${id}`;
    if (!options.yes || run.verdict !== 'old') {
      say.about(verbatim(resource));
      continue;
    }
    try {
      await remove();
      swept.deleted.push(id);
      say.done(t('sweep.deleted'), resource);
    } catch (error) {
      // One that resists must not keep the others.
      swept.failures.push({ id, why: (error as Error).message });
      say.failed(verbatim(resource), verbatim((error as Error).message));
    }
  }
}

function headingOf({ run, lastSign, verdict: which }: JudgedRun, age: string): Message {
  const verdicts = { old: t('sweep.verdict.old', { age }), young: t('sweep.verdict.young', { age }), unknown: t('sweep.verdict.unknown') };
  const verdict = verdicts[which];
  return lastSign ? t('sweep.run', { run, time: lastSign.toISOString(), verdict }) : t('sweep.run.unknown', { run, verdict });
}

function describe(
  { name, accountId, region }: Target,
  { age, runs, swept }: { age: string; runs: readonly JudgedRun[]; swept: Swept },
): Record<string, unknown> {
  return {
    target: name,
    accountId,
    region,
    olderThan: age,
    runs: runs.map(({ run, lastSign, verdict, resources }) => ({
      run,
      lastSign,
      verdict,
      resources: resources.map(({ kind, id, at }) => ({ kind, id, at })),
    })),
    ...swept,
  };
}
