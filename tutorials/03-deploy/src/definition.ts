import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import type { StepContext } from '@agentcore-tutorials/harness';

/** For whom the agent is invoked. Without a user AgentCore sends the agent no token, and it can fetch no key. */
export const userId = 'learner';

/** The agent that 03 deploys, 04 invokes and 05 deletes. */
export function describeAgent({ region, run, model }: Pick<StepContext, 'region' | 'run' | 'model'>): Agent {
  return defineAgent({
    name: run.agentName,
    entry: new URL('./agent.ts', import.meta.url),
    region,
    env: { PROVIDER_NAME: run.providerName, ...model.environment },
    tags: run.tags,
  });
}
