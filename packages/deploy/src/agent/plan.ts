import { asDeployError } from '../aws/aws-error.ts';
import { connect } from '../aws/connect.ts';
import type { Bundler } from '../bundle/create-bundler.ts';
import { planAll } from '../steps/apply.ts';
import { wantedPolicies } from '../steps/policies-step.ts';
import type { Change } from '../steps/step.ts';
import { stepsOf } from '../steps/steps.ts';
import { trustPolicy } from '../policies/trust-policy.ts';
import type { PolicyDocument } from '../policies/statement.ts';
import type { AgentDefinition } from './definition.ts';
import { withRun } from './run.ts';
import { startEarly } from './start-early.ts';

export interface PlanOptions {
  signal?: AbortSignal;
  /** Default 600,000. */
  timeoutMs?: number;
  /** The file that `deploy` is given: by it resources are known that lost their tags. Only read. */
  journal?: URL | string;
}

export interface Plan {
  account: string;
  region: string;
  changes: Change[];
  /** Whether `deploy` would write anything. */
  changed: boolean;
  /** What `deploy` would upload at most: a blob that can be mounted is not sent. */
  bytes: number;
  /** The policies that the role would have, by name, and whom it trusts: the documents themselves, for a review. */
  policies: Record<string, PolicyDocument>;
}

/** What a deployment would do. Only reads. */
export async function planAgent(definition: AgentDefinition, bundler: Bundler, options: PlanOptions = {}): Promise<Plan> {
  const clients = await connect(definition);
  const early = startEarly(definition, clients, bundler);
  try {
    return await withRun(definition, clients, options, async (run) => {
      const changes = [...(await planAll(run, stepsOf(run, () => early.bundled(run.signal)).all)).values()];
      return {
        account: run.account,
        region: run.region,
        changes,
        changed: changes.some(({ action }) => action !== 'none'),
        bytes: changes.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
        policies: { trust: trustPolicy(run), ...Object.fromEntries(wantedPolicies(run)) },
      };
    });
  } catch (error) {
    throw asDeployError(error, `planning ${definition.name}`);
  } finally {
    early.end();
  }
}
