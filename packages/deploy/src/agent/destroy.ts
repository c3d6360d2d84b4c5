import { asDeployError } from '../aws/aws-error.ts';
import { connect } from '../aws/connect.ts';
import type { Kept, Step } from '../steps/step.ts';
import { stepsOf } from '../steps/steps.ts';
import type { AgentDefinition } from './definition.ts';
import type { OnEvent } from './events.ts';
import type { Run } from './run.ts';
import { withRun } from './run.ts';

export interface DestroyOptions {
  onEvent?: OnEvent;
  signal?: AbortSignal;
  /** Default 600,000 (10 minutes). */
  timeoutMs?: number;
  /** The file that `deploy` was given. What is noted there of this agent is removed when everything is gone. */
  journal?: URL | string;
  /** Says what would be deleted, and deletes nothing. */
  dryRun?: boolean;
}

export interface DestroyReport {
  /** ARNs of what was deleted (with `dryRun`: of what would be). */
  deleted: string[];
  /** What is still there on purpose, and why. */
  kept: Kept[];
  /** Whether a second look at the account found nothing but what is listed in `kept`. `false` with `dryRun`. */
  verified: boolean;
}

/**
 * Deletes what a deployment made, in the order in which the services allow it, and looks again afterwards. Needs neither
 * the entry file nor the state of the process that deployed. Where there is nothing, it succeeds.
 */
export async function destroyAgent(definition: AgentDefinition, options: DestroyOptions = {}): Promise<DestroyReport> {
  const { dryRun = false } = options;
  try {
    return await withRun(definition, await connect(definition), options, async (run) => {
      // The last step first: nothing is deleted while something that needs it is there.
      const steps = stepsOf(run).removable.toReversed();
      const report: DestroyReport = { deleted: [], kept: [], verified: false };
      for (const step of steps) await destroyOne(run, step, dryRun, report);
      if (!dryRun) report.verified = await nothingIsLeft(steps, report);
      if (report.verified) run.journal?.remove({ account: run.account, region: run.region, agent: definition.name });
      return report;
    });
  } catch (error) {
    throw asDeployError(error, `destroying ${definition.name}`);
  }
}

async function destroyOne(run: Run, step: Step, dryRun: boolean, report: DestroyReport): Promise<void> {
  if (step.destroy === undefined) return;
  const started = performance.now();
  const { deleted, kept } = await step.destroy({ dryRun });
  const ms = Math.round(performance.now() - started);
  if (!dryRun) for (const resource of deleted) run.emit({ type: 'deleted', step: step.name, resource, ms });
  for (const { id, why } of kept) run.emit({ type: 'kept', step: step.name, resource: id, detail: why });
  report.deleted.push(...deleted);
  report.kept.push(...kept);
}

/** Looks for everything once more: a dry run that finds nothing new to delete is the proof. */
async function nothingIsLeft(steps: readonly Step[], report: DestroyReport): Promise<boolean> {
  const again = await Promise.all(steps.map((step) => step.destroy?.({ dryRun: true })));
  const known = new Set(report.kept.map(({ id }) => id));
  return again.every((found) => found === undefined || (found.deleted.length === 0 && found.kept.every(({ id }) => known.has(id))));
}
