import type { Clients } from '../aws/connect.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Bundler } from '../bundle/create-bundler.ts';
import { DeployError } from '../errors.ts';
import type { AgentDefinition } from './definition.ts';

/**
 * Starts what a plan will need and what needs no answer from AWS: the bundler, which works in a process of its own, and
 * loading the SDK clients meanwhile. Returns how to get the bundle; a failure shows there, and not before.
 */
export function startEarly({ entry, image, artifact }: AgentDefinition, clients: Clients, bundler: Bundler): () => Promise<Bundle> {
  if (image !== undefined)
    return () => Promise.reject(new DeployError('INVALID_CONFIG', 'With an image of your own there is nothing to bundle.'));
  const bundle =
    entry === undefined
      ? Promise.reject(new DeployError('INVALID_CONFIG', 'To deploy an agent its `entry` is needed: the file that starts it.'))
      : bundler(entry);
  bundle.catch(() => undefined);
  for (const load of [artifact === 'zip' ? clients.s3 : clients.ecr, clients.control, clients.iam]) load().catch(() => undefined);
  return () => bundle;
}
