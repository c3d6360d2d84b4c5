import { randomUUID } from 'node:crypto';
import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext, outcome } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { t } from './messages/index.ts';

/** AgentCore sends the agent a token only for an invocation that names a user, even where no credential depends on who that is. */
const userId = 'learner';

export const step = defineStep({
  id: '09-azure-openai',
  title: t('title'),
  agent: (run) => run.named('azure_agent'),
  model: 'azure-openai',
  makes: [t('makes.provider'), t('makes.repository'), t('makes.role'), t('makes.runtime')],

  async run(context) {
    const { region, run, model, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const name = run.named('azure_openai');

    say.about(t('oldKey'));
    const provider = await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'key-from-before-it-was-regenerated', tags: run.tags });
    say.done(t('provider', { outcome: outcome(provider.outcome) }), provider.credentialProviderArn);

    say.about(t('agent'));
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const sessionId = randomUUID();
    const ask = async (prompt: string, surface = 'v1') =>
      say.stream(deployment.invoke({ prompt, surface }, { userId, sessionId, signal }).then((reply) => reply.text()));
    const refused = await onceIamKnows(() => ask('How much is 2 x 2?').catch((error: Error) => error.message));
    say.show(refused);
    check(t('agent.check'), refused.startsWith('401'));

    say.about(t('newKey'));
    await identity.updateApiKeyCredentialProvider({ name, apiKey: model.apiKey });
    check(t('newKey.check'), (await ask('How much is 2 x 2?')).includes('4'));

    say.about(t('classic'));
    check(t('classic.check'), (await ask('What is the weather in Busan?', 'classic')).includes('Busan'));
  },

  async cleanUp(context) {
    const { region, run, say, check } = context;
    say.about(t('cleanUp'));
    const report = await describeAgent(context).destroy();
    await new IdentityClient({ region }).deleteApiKeyCredentialProvider({ name: run.named('azure_openai') });
    check(t('cleanUp.check'), report.verified);
  },
});

function describeAgent({ region, run, model }: Pick<StepContext, 'region' | 'run' | 'model'>): Agent {
  return defineAgent({
    name: run.named('azure_agent'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    credentials: [run.named('azure_openai')],
    env: { MODEL_PROVIDER: run.named('azure_openai'), ...model.environment },
    tags: run.tags,
  });
}
