import { parseArgs } from 'node:util';
import { HarnessError } from './errors.ts';
import { findStepId, pathOf } from './find-steps.ts';
import type { TargetName } from './target.ts';

export interface Arguments {
  help: boolean;
  list: boolean;
  json: boolean;
  yes: boolean;
  target: TargetName;
  runId: string | undefined;
  /** Number of the exercise to do, as it was written. */
  breakIt: string | undefined;
  repair: boolean;
  steps: string[];
  /** From the first to the one that cleans up, or `all`: a run of its own that leaves nothing. */
  whole: boolean;
  payload: { prompt: string } | undefined;
}

export function parseArguments(argv: readonly string[], ids: readonly string[], only: string | undefined): Arguments {
  const { values, positionals } = parse(argv);
  const target = values.target ?? 'local';
  if (target !== 'local' && target !== 'aws') throw new HarnessError('USAGE', `--target: '${target}' is not one. Expected local or aws.`);
  const payloads = positionals.filter((text) => text.startsWith('{'));
  const words = positionals.filter((text) => !text.startsWith('{') && text !== 'list');
  if (only !== undefined && words.length > 0)
    throw new HarnessError(
      'USAGE',
      `Unexpected argument '${words[0]}'. This runs ${only}; it takes a payload such as '{"prompt":"Hello"}'.`,
    );
  if (payloads.length > 1) throw new HarnessError('USAGE', 'Give one payload.');
  if (values.from !== undefined && words.length > 0) throw new HarnessError('USAGE', 'Give either steps or --from, not both.');

  const all = words.includes('all');
  if (all && words.length > 1) throw new HarnessError('USAGE', 'Give either steps or all, not both.');
  let steps = only === undefined ? pathOf(ids) : [only];
  if (all) steps = [...ids];
  else if (words.length > 0) steps = [...new Set(words.map((word) => findStepId(ids, word)))].sort();
  if (values.from !== undefined) steps = from(findStepId(ids, values.from), ids);
  if ((values.break !== undefined || values.repair) && steps.length !== 1)
    throw new HarnessError('USAGE', '--break and --repair are of one step: npm start -- 03 --break 1');
  return {
    help: values.help ?? false,
    list: positionals.includes('list'),
    json: values.json ?? false,
    yes: values.yes ?? false,
    target,
    runId: values.run,
    breakIt: values.break,
    repair: values.repair ?? false,
    steps,
    whole: only === undefined && (all || words.length === 0) && values.from === undefined,
    payload: payloads[0] === undefined ? undefined : parsePayload(payloads[0]),
  };
}

/** What of a command is for the step itself: neither its number nor the exercise. */
export function optionsOfStep(argv: readonly string[]): string[] {
  return argv.filter(
    (text, index) => !/^--break(?:=|$)/.test(text) && argv[index - 1] !== '--break' && !/^(?:\d\d?(?:-[a-z-]+)?|--)$/.test(text),
  );
}

/** The rest of the path; after the path, the rest of the steps. */
function from(first: string, ids: readonly string[]): string[] {
  const path = pathOf(ids);
  const among = path.includes(first) ? path : ids;
  return among.slice(among.indexOf(first));
}

function parse(argv: readonly string[]) {
  try {
    // npm and pnpm pass a `--` on in some versions: it means nothing here.
    const args = argv.filter((text) => text !== '--');
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        target: { type: 'string' },
        run: { type: 'string' },
        break: { type: 'string' },
        repair: { type: 'boolean' },
        json: { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new HarnessError('USAGE', `${(cause as Error).message.split('. To specify', 1)[0]}. See npm start -- --help.`, { cause });
  }
}

function parsePayload(text: string): { prompt: string } {
  try {
    const { prompt } = JSON.parse(text) as { prompt?: unknown };
    if (typeof prompt === 'string') return { prompt };
  } catch {
    // Falls through: one message for both.
  }
  throw new HarnessError(
    'BAD_PAYLOAD',
    `The payload is not what the agent takes: ${text.slice(0, 100)}. Expected JSON such as '{"prompt":"What is the weather now?"}'.`,
  );
}
