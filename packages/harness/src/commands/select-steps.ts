import { HarnessError } from '../errors.ts';
import { findStepId, pathOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import { COMMANDS } from '../program/parse-command-line.ts';
import { usageError } from '../program/usage-error.ts';
import type { CommandContext } from './context.ts';

export interface Selection {
  steps: string[];
  /** The path from its first to its last step, or all steps: a run of its own that leaves nothing. */
  whole: boolean;
  payload: { prompt: string } | undefined;
}

/**
 * Which steps a command runs, and with which payload.
 *
 * @throws {HarnessError} `USAGE`, `UNKNOWN_STEP`, `BAD_PAYLOAD`
 */
export function selectSteps({ words, options, ids, here }: Pick<CommandContext, 'words' | 'options' | 'ids' | 'here'>): Selection {
  const payloads = words.filter((word) => word.startsWith('{'));
  const names = words.filter((word) => !word.startsWith('{'));
  if (payloads.length > 1) throw usageError(t('usage.onePayload'));
  if (options.from !== undefined && names.length > 0) throw usageError(t('usage.stepsOrFrom'));
  if (names.includes('all') && names.length > 1) throw usageError(t('usage.stepsOrAll'));
  const steps = namedSteps(names, { options, ids, here });
  if (options.break !== undefined && options.repair) throw usageError(t('usage.breakOrRepair'));
  if ((options.break !== undefined || options.repair) && steps.length !== 1) throw usageError(t('usage.oneExercise'));
  return {
    steps,
    whole: names.includes('all') || (names.length === 0 && options.from === undefined && here === undefined),
    payload: payloads[0] === undefined ? undefined : parsePayload(payloads[0]),
  };
}

function namedSteps(names: readonly string[], { options, ids, here }: Pick<CommandContext, 'options' | 'ids' | 'here'>): string[] {
  if (options.from !== undefined) return stepsFrom(findStepId(ids, options.from), ids);
  if (names.includes('all')) return [...ids];
  if (names.length > 0) return [...new Set(names.map((name) => findStepId(ids, name, COMMANDS)))].sort();
  return here === undefined ? pathOf(ids) : [here];
}

/** The rest of the path; after the path, the rest of the steps. */
function stepsFrom(first: string, ids: readonly string[]): string[] {
  const path = pathOf(ids);
  const among = path.includes(first) ? path : ids;
  return among.slice(among.indexOf(first));
}

function parsePayload(text: string): { prompt: string } {
  try {
    const { prompt } = JSON.parse(text) as { prompt?: unknown };
    if (typeof prompt === 'string') return { prompt };
  } catch {
    // One message for both.
  }
  throw new HarnessError('BAD_PAYLOAD', t('usage.payload', { text: text.slice(0, 100), example: '{"prompt":"What is the weather now?"}' }));
}
