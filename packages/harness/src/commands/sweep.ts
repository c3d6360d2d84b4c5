import { parseArgs } from 'node:util';
import { HarnessError } from '../errors.ts';
import { stateDirectory } from '../find-steps.ts';
import { chooseLanguage, withoutLanguage } from '../language/choose-language.ts';
import { findTagged } from '../sweep/find-tagged.ts';
import { judgeRuns, type JudgedRun } from '../sweep/judge-runs.ts';
import { parseAge } from '../sweep/parse-age.ts';
import { openAwsTarget, openLocalTarget } from '../target.ts';
import { narratorFor, parseCommand } from './with-target.ts';

/**
 * `sweep`: everything in an account and region that bears the tag of a run, of whoever, when the run is older than an age. Says so without
 * `--yes`; deletes it with. Answers 1 when something could not be deleted or, with `--expect-nothing`, when there was something.
 */
export async function sweep(argv: readonly string[]): Promise<number> {
  const { age, expectNothing, rest } = readOptions(argv);
  const olderThanMs = parseAge(age);
  const options = { ...parseCommand(rest), language: chooseLanguage(argv, process.env) };
  if (options.words.length > 0) throw new HarnessError('USAGE', `Unexpected argument '${options.words[0]}'. See npm start -- --help.`);
  const say = await narratorFor(options);
  const plan = options.yes ? [`It deletes what runs older than ${age} have made, of whoever.`] : ['It only reads.'];
  const target =
    options.target === 'aws'
      ? // Asked for by --yes, or else it only reads.
        await openAwsTarget({ yes: true, plan, say, models: [] })
      : await openLocalTarget({ directory: stateDirectory(), ephemeral: false });
  try {
    if (target.name === 'local') {
      say.heading('This works on the emulator');
      say.about(`account ${target.accountId}, region ${target.region}`);
      for (const line of plan) say.about(line);
    }
    const runs = judgeRuns(await findTagged({ region: target.region }), { olderThanMs, now: new Date() });
    const failures: { id: string; why: string }[] = [];
    const deleted: string[] = [];
    for (const run of runs) {
      say.heading(describe(run, age));
      for (const { kind, id, remove } of run.resources) {
        if (!options.yes || run.verdict !== 'old') {
          say.about(`${kind} ${id}`);
          continue;
        }
        try {
          await remove();
          deleted.push(id);
          say.done('deleted', `${kind} ${id}`);
        } catch (error) {
          // The others are still to go: one that resists must not keep them.
          failures.push({ id, why: (error as Error).message });
          say.failed(`${kind} ${id}`, (error as Error).message);
        }
      }
    }
    const old = runs.filter(({ verdict }) => verdict === 'old');
    if (runs.length === 0) say.heading('Nothing here bears the tag of a run.');
    else if (old.length > 0 && !options.yes) say.heading('Nothing was deleted. Give --yes to delete what is of old runs.');
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({
          target: target.name,
          accountId: target.accountId,
          region: target.region,
          olderThan: age,
          runs: runs.map(({ run, lastSign, verdict, resources }) => ({
            run,
            lastSign,
            verdict,
            resources: resources.map(({ kind, id, at }) => ({ kind, id, at })),
          })),
          deleted,
          failures,
        })}\n`,
      );
    return failures.length > 0 || (expectNothing && old.length > 0) ? 1 : 0;
  } finally {
    await target.close();
  }
}

function describe({ run, lastSign, verdict }: JudgedRun, age: string): string {
  const since = lastSign ? `last changed ${lastSign.toISOString()}` : 'nobody knows since when';
  const what = { old: `older than ${age}`, young: `younger than ${age}: left alone`, unknown: 'its age cannot be known: left alone' };
  return `Run ${run}, ${since}, ${what[verdict]}`;
}

/** Its own options, and the rest, which it shares with the other commands. */
function readOptions(argv: readonly string[]): { age: string; expectNothing: boolean; rest: string[] } {
  const { values, tokens } = parseArgs({
    args: withoutLanguage(argv),
    strict: false,
    tokens: true,
    options: { 'older-than': { type: 'string' }, 'expect-nothing': { type: 'boolean' }, target: { type: 'string' } },
  });
  const own = new Set(
    tokens.flatMap((token) =>
      token.kind === 'option' && (token.name === 'older-than' || token.name === 'expect-nothing')
        ? [token.index, ...(token.value !== undefined && !token.inlineValue ? [token.index + 1] : [])]
        : [],
    ),
  );
  const age = values['older-than'] ?? '24h';
  if (typeof age !== 'string') throw new HarnessError('USAGE', '--older-than needs an age, as in 24h.');
  return { age, expectNothing: values['expect-nothing'] === true, rest: withoutLanguage(argv).filter((_, index) => !own.has(index)) };
}
