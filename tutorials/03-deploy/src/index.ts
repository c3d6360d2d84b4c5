import type { Deployment } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy } from '@agentcore-tutorials/harness';
import { criteria } from './criteria.ts';
import { describeAgent, userId } from './definition.ts';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '03-deploy',
  title: t('title'),
  agent: (run) => run.agentName,
  needs: ['02-create-provider'],
  makes: [t('makes.repository'), t('makes.role'), t('makes.runtime')],
  criteria,

  async run(context) {
    const { run, say, signal, check, onceIamKnows } = context;
    const agent = describeAgent(context);
    const onEvent = narrateDeploy(say);
    const ask = async (deployment: Deployment, prompt: string) =>
      say.stream(deployment.invoke({ prompt }, { userId, signal }).then((reply) => reply.text()));

    say.about(t('deploy'));
    const deployment = await agent.deploy({ onEvent, signal });

    say.about(t('denied'));
    const denied = await ask(deployment, 'Hello').catch((error: Error) => error.message);
    say.show(denied);
    check(t('denied.check'), /not authorized to perform: bedrock-agentcore:GetResourceApiKey/.test(denied));

    say.about(t('allowed'));
    const allowed = await agent.with({ credentials: [run.providerName] }).deploy({ onEvent, signal });
    const text = await onceIamKnows(() => ask(allowed, 'What is the weather in Busan?'));
    check(t('allowed.check'), /Busan/i.test(text));
  },
});
