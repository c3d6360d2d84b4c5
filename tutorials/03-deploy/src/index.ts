import type { Deployment } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy } from '@agentcore-tutorials/harness';
import { criteria } from './criteria.ts';
import { describeAgent } from './definition.ts';

export const step = defineStep({
  id: '03-deploy',
  title: 'Deploy, be denied, and be allowed',
  needs: ['02-create-provider'],
  makes: ['an ECR repository', 'an IAM role', 'an agent runtime'],
  criteria,

  async run(context) {
    const { run, say, signal, check, onceIamKnows } = context;
    const agent = describeAgent(context);
    const onEvent = narrateDeploy(say);
    const ask = async (deployment: Deployment, prompt: string) => say.stream((await deployment.invoke({ prompt }, { signal })).text());

    say.about('Bundle, image, repository, role, runtime: from agent.ts to READY, without Docker.');
    const deployment = await agent.deploy({ onEvent, signal });

    say.about('The agent runs as its role, and that role may not read the key yet:');
    const denied = await ask(deployment, 'Hello').catch((error: Error) => error.message);
    say.show(denied);
    check('it is denied, and the message names the action', /not authorized to perform: bedrock-agentcore:GetResourceApiKey/.test(denied));

    say.about('Now exactly what it needs: this provider, this workload identity, this secret.');
    const allowed = await agent.with({ credentials: [run.providerName] }).deploy({ onEvent, signal });
    const text = await onceIamKnows(() => ask(allowed, 'What is the weather in Busan?'));
    check('the same agent, with nothing changed but its permissions, answers', /Busan/i.test(text));
  },
});
