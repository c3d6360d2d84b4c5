import { asDeployError } from '../aws/aws-error.ts';
import { connect } from '../aws/connect.ts';
import { DeployError } from '../errors.ts';
import { findRuntime } from '../steps/find-runtime.ts';
import type { AgentDefinition } from './definition.ts';
import type { Deployment } from './deployment.ts';
import { toDeployment } from './deployment.ts';
import { withRun } from './run.ts';

export interface AttachOptions {
  signal?: AbortSignal;
  /** Default 60,000. */
  timeoutMs?: number;
  /** For `status`: the file that `deploy` is given. By it resources are known that lost their tags. Only read. */
  journal?: URL | string;
}

/**
 * Finds a deployment by the agent's name and region: no file from the process that made it is needed.
 * @throws {DeployError} `NOT_DEPLOYED` when there is none.
 */
export async function attachAgent(definition: AgentDefinition, options: AttachOptions = {}): Promise<Deployment> {
  try {
    return await withRun(definition, await connect(definition), { timeoutMs: 60_000, ...options }, async (run) => {
      const found = await findRuntime(run);
      if (found === undefined) {
        throw new DeployError(
          'NOT_DEPLOYED',
          `There is no runtime "${definition.name}" in ${run.region} of account ${run.account}. Deploy it first, or check the region and the credentials.`,
        );
      }
      return toDeployment(run, found.runtime);
    });
  } catch (error) {
    throw asDeployError(error, `looking for ${definition.name}`);
  }
}
