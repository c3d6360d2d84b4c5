import type { Clients } from '../aws/connect.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Bundler } from '../bundle/create-bundler.ts';
import { DeployError } from '../errors.ts';
import { orAborted } from '../util/or-aborted.ts';
import type { AgentDefinition } from './definition.ts';

/** What was begun before anything is known of the account. */
export interface Early {
  /** The bundle, or the signal's reason if that aborts before; a failure shows here, and not before. */
  bundled(signal: AbortSignal): Promise<Bundle>;
  /** Ends what still goes on. To be called at the end, however it comes. */
  end(): void;
}

/**
 * Starts what a plan will need and what needs no answer from AWS: the bundler, which works in a process of its own, and
 * loading the SDK clients meanwhile.
 */
export function startEarly({ entry, image, artifact }: AgentDefinition, clients: Clients, bundler: Bundler): Early {
  const ended = new AbortController();
  const bundle =
    image === undefined ? begin(entry, bundler, ended.signal) : refuse('With an image of your own there is nothing to bundle.');
  bundle.catch(() => undefined);
  if (image === undefined)
    for (const load of [artifact === 'zip' ? clients.s3 : clients.ecr, clients.control, clients.iam]) load().catch(() => undefined);
  return {
    bundled: (signal) => orAborted(bundle, signal),
    end: () => ended.abort(),
  };
}

function begin(entry: AgentDefinition['entry'], bundler: Bundler, signal: AbortSignal): Promise<Bundle> {
  return entry === undefined ? refuse('To deploy an agent its `entry` is needed: the file that starts it.') : bundler(entry, signal);
}

function refuse(message: string): Promise<never> {
  return Promise.reject(new DeployError('INVALID_CONFIG', message));
}
