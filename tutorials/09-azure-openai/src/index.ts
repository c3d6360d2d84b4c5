import { randomUUID } from 'node:crypto';
import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';

export const step = defineStep({
  id: '09-azure-openai',
  title: 'The same agent on Azure OpenAI',
  model: 'azure-openai',
  makes: ['a credential provider, whose key is a secret in Secrets Manager', 'an ECR repository', 'an IAM role', 'an agent runtime'],

  async run(context) {
    const { region, run, model, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const name = run.named('azure_openai');

    say.about('A provider of its own for the key of Azure. The first key is one that was regenerated since, and is worth nothing:');
    const provider = await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'key-from-before-it-was-regenerated', tags: run.tags });
    say.done(`credential provider ${provider.outcome}`, provider.credentialProviderArn);

    say.about('The agent of step 01, file for file; only its model is another:');
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const sessionId = randomUUID();
    const ask = async (prompt: string, surface = 'v1') =>
      say.stream((await deployment.invoke({ prompt, surface }, { sessionId, signal })).text());
    const refused = await onceIamKnows(() => ask('How much is 2 x 2?').catch((error: Error) => error.message));
    say.show(refused);
    check('Azure refuses the key', refused.startsWith('401'));

    say.about("The new key goes into the provider. Nothing is deployed, and the agent's session goes on:");
    await identity.updateApiKeyCredentialProvider({ name, apiKey: model.apiKey });
    check('the agent answers with the new key', (await ask('How much is 2 x 2?')).includes('4'));

    say.about('The same on the classic surface: /openai/responses?api-version=..., and the key in the header api-key.');
    check('it uses its tools there too', (await ask('What is the weather in Busan?', 'classic')).includes('Busan'));
  },

  async cleanUp(context) {
    const { region, run, say, check } = context;
    say.about('Cleaning up: the agent, and the provider with its secret.');
    const report = await describeAgent(context).destroy();
    await new IdentityClient({ region }).deleteApiKeyCredentialProvider({ name: run.named('azure_openai') });
    check('nothing is left', report.verified);
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
