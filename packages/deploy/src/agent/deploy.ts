import { asDeployError } from '../aws/aws-error.ts';
import { connect } from '../aws/connect.ts';
import type { Bundler } from '../bundle/create-bundler.ts';
import { applyAll, planAll } from '../steps/apply.ts';
import { stepsOf } from '../steps/steps.ts';
import type { AgentDefinition } from './definition.ts';
import type { Deployment } from './deployment.ts';
import { toDeployment } from './deployment.ts';
import type { OnEvent } from './events.ts';
import { rollBack } from './roll-back.ts';
import { withRun } from './run.ts';
import { startEarly } from './start-early.ts';

export interface DeployOptions {
  /** Called with each {@link DeployEvent} as it happens. What it throws stops the deployment, and is thrown as it is. */
  onEvent?: OnEvent;
  /** Stops the deployment. What was made stays, unless `onFailure` says otherwise. */
  signal?: AbortSignal;
  /** For everything together, waiting included. Default 600,000 (10 minutes), at most 2,147,483,647 (24.8 days). */
  timeoutMs?: number;
  /**
   * A file in which each step is noted before it is begun and when it is done (names only, no secret). Not needed to find
   * a deployment again: the tags do that. It tells what a killed run was doing, and whose a resource is that lost its tags.
   */
  journal?: URL | string;
  /** `keep` (default): running it again continues. `rollback`: the account is put back as it was. */
  onFailure?: 'keep' | 'rollback';
}

/**
 * Deploys an agent: plans everything first (so that a mistake costs nothing), then writes what is different.
 * @throws {DeployError} see {@link DeployErrorCode}.
 */
export async function deployAgent(definition: AgentDefinition, bundler: Bundler, options: DeployOptions = {}): Promise<Deployment> {
  const clients = await connect(definition);
  const early = startEarly(definition, clients, bundler);
  try {
    return await withRun(definition, clients, options, async (run) => {
      const { all, runtime } = stepsOf(run, () => early.bundled(run.signal));
      try {
        run.doing = 'planning';
        const changes = await planAll(run, all, true);
        await applyAll(run, all, changes);
        const deployment = toDeployment(run, await runtime.result());
        // The last event may have been one too many for the caller.
        run.signal.throwIfAborted();
        return deployment;
      } catch (error) {
        const reason: unknown = run.signal.aborted ? run.signal.reason : error;
        if (options.onFailure === 'rollback') await rollBack(definition, clients, run, reason, quiet(options.onEvent));
        throw reason;
      }
    });
  } catch (error) {
    throw asDeployError(error, `deploying ${definition.name}`);
  } finally {
    early.end();
  }
}

/** A rollback is not to be broken off half way by who listens to it. */
function quiet(onEvent: OnEvent = () => undefined): OnEvent {
  return (event) => {
    try {
      onEvent(event);
    } catch {
      // The deployment failed for another reason, which is the one to tell.
    }
  };
}
