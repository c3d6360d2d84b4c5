import { HarnessError } from './errors.ts';
import { findRuns } from './find-runs.ts';
import { hasCurrentRun, type RunStateOptions } from './run-state.ts';
import { t } from './messages/index.ts';
import type { Target } from './target.ts';

export interface ChooseRunOptions {
  target: Target;
  directory: string;
  /** `--run ID` */
  runId: string | undefined;
  /** All steps: a run of its own. */
  whole: boolean;
  /** Only what cleans up: where no state says of which run, the tags in the account do. */
  cleansUp: boolean;
}

/** Which run the steps work on. */
export async function chooseRun({ target, directory, runId, whole, cleansUp }: ChooseRunOptions): Promise<RunStateOptions['which']> {
  if (runId !== undefined) return { id: runId };
  if (whole) return 'new';
  if (!cleansUp || hasCurrentRun({ directory, scope: target.scope })) return 'current';
  const [found, ...others] = await findRuns({ region: target.region });
  if (found === undefined) return 'current';
  if (others.length === 0) return { id: found };
  const runs = [found, ...others];
  const { accountId: account, region } = target;
  throw new HarnessError('UNKNOWN_RUN', t('runs.several', { count: runs.length, account, region, runs, first: found }));
}
