import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';

export const step = defineStep({
  id: '06-machine-to-machine',
  title: 'Machine to machine: an agent with a token of its own',
  needsVendor: true,
  makes: ['two credential providers with a secret each', 'an ECR repository', 'an IAM role', 'an agent runtime'],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about('An API that only takes tokens, asked without one:');
    const refused = await fetch(`${vendor.apiUrl}/notes`, { signal });
    say.show(`${refused.status} ${refused.headers.get('www-authenticate')}`);
    check('it answers 401', refused.status === 401);

    say.about('To get tokens from its vendor one needs a client id and a client secret. They go where the key of the model goes:');
    await identity.ensureApiKeyCredentialProvider({ name: run.named('openai'), apiKey: model.apiKey, tags });
    const provider = await identity.ensureOauth2CredentialProvider({
      name: run.named('notes'),
      vendor: 'CustomOauth2',
      config: { oauthDiscovery: { discoveryUrl: vendor.discoveryUrl }, clientId: vendor.clientId, clientSecret: vendor.clientSecret },
      tags,
    });
    say.done(`OAuth2 credential provider ${provider.outcome}`, provider.credentialProviderArn);

    say.about('An agent with two tools, each of which names the provider and the scope that it needs:');
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const ask = async (prompt: string) => say.stream((await deployment.invoke({ prompt }, { signal })).text());
    const added = await onceIamKnows(() => ask('Add note "buy milk"'));
    const listed = await ask('List notes');
    check('it wrote a note and read it, with tokens that nobody handed to it', /noted/.test(added) && /buy milk/.test(listed));
  },

  async cleanUp(context) {
    const { region, run, say, check } = context;
    const identity = new IdentityClient({ region });
    say.about('Cleaning up: the agent, and both providers with their secrets.');
    const report = await describeAgent(context).destroy();
    await identity.deleteOauth2CredentialProvider({ name: run.named('notes') });
    await identity.deleteApiKeyCredentialProvider({ name: run.named('openai') });
    check('nothing is left', report.verified);
  },
});

function describeAgent({ region, run, model, vendor }: Pick<StepContext, 'region' | 'run' | 'model' | 'vendor'>): Agent {
  return defineAgent({
    name: run.named('note_keeper'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    credentials: [run.named('openai'), { name: run.named('notes'), kind: 'oauth2' }],
    env: { MODEL_PROVIDER: run.named('openai'), NOTES_PROVIDER: run.named('notes'), NOTES_API_URL: vendor.apiUrl, ...model.environment },
    tags: run.tags,
  });
}
