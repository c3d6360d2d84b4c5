import type { Bundler } from '../bundle/create-bundler.ts';
import { createBundler } from '../bundle/create-bundler.ts';
import type { AgentDefinition } from './definition.ts';
import type { Deployment } from './deployment.ts';
import { attachAgent } from './attach.ts';
import type { AttachOptions } from './attach.ts';
import { deployAgent } from './deploy.ts';
import type { DeployOptions } from './deploy.ts';
import { destroyAgent } from './destroy.ts';
import type { DestroyOptions, DestroyReport } from './destroy.ts';
import { ejectAgent } from './eject.ts';
import type { EjectOptions, Ejected } from './eject.ts';
import { planAgent } from './plan.ts';
import type { Plan, PlanOptions } from './plan.ts';
import { statusOfAgent } from './status.ts';
import type { AgentStatus } from './status.ts';
import { validateDefinition } from './validate.ts';

/** A described agent. Nothing happens before one of its functions is called. */
export interface Agent {
  readonly definition: Readonly<AgentDefinition>;
  /** The same agent with some of its description replaced: `agent.with({ credentials: ['openai'] })`. */
  with(changes: Partial<AgentDefinition>): Agent;
  /** What `deploy` would do, resource by resource. Only reads. */
  plan(options?: PlanOptions): Promise<Plan>;
  /** Makes the account match the description and returns when the runtime is READY. Does nothing where nothing is different. */
  deploy(options?: DeployOptions): Promise<Deployment>;
  /** Finds what an earlier process deployed, by name and region. */
  attach(options?: AttachOptions): Promise<Deployment>;
  /** What there is, and how it differs from the description. */
  status(options?: AttachOptions): Promise<AgentStatus>;
  /** Deletes what `deploy` made, waits until it is gone, and checks that it is. */
  destroy(options?: DestroyOptions): Promise<DestroyReport>;
  /** Writes a Dockerfile and the bundle into a directory, for a build of your own. */
  eject(directory: URL | string, options?: EjectOptions): Promise<Ejected>;
}

/**
 * Describes an agent.
 * @throws {DeployError} `INVALID_CONFIG` with every mistake in the description.
 */
export function defineAgent(definition: AgentDefinition): Agent {
  return agentOf(definition, createBundler());
}

function agentOf(definition: AgentDefinition, bundler: Bundler): Agent {
  validateDefinition(definition);
  return {
    definition,
    with: (changes) => agentOf({ ...definition, ...changes }, bundler),
    plan: (options) => planAgent(definition, bundler, options),
    deploy: (options) => deployAgent(definition, bundler, options),
    attach: (options) => attachAgent(definition, options),
    status: (options) => statusOfAgent(definition, options),
    destroy: (options) => destroyAgent(definition, options),
    eject: (directory, options) => ejectAgent(definition, directory, options),
  };
}
