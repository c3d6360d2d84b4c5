import { showTo } from '@agentcore-tutorials/07-user-consent/show-to';
import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { signIn } from './sign-in.ts';

export const step = defineStep({
  id: '08-inbound-jwt',
  title: 'Who may call the agent, and for whom it acts',
  needsVendor: true,
  makes: ['two credential providers with a secret each', 'an ECR repository', 'an IAM role', 'an agent runtime'],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about("The agent's way out: a provider that may exchange the caller's token for one that is good for the notes API.");
    await identity.ensureApiKeyCredentialProvider({ name: run.named('openai'), apiKey: model.apiKey, tags });
    const provider = await identity.ensureOauth2CredentialProvider({
      name: run.named('notes'),
      vendor: 'CustomOauth2',
      config: {
        oauthDiscovery: { discoveryUrl: vendor.discoveryUrl },
        clientId: vendor.clientId,
        clientSecret: vendor.clientSecret,
        onBehalfOfTokenExchangeConfig: { grantType: 'TOKEN_EXCHANGE', tokenExchangeGrantTypeConfig: { actorTokenContent: 'NONE' } },
      },
      tags,
    });
    say.done(`OAuth2 credential provider ${provider.outcome}`, provider.credentialProviderArn);

    say.about('The way in: an agent that takes tokens of this vendor, for this agent, with the scope agents:invoke.');
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const payload = { prompt: 'List my notes' };
    const url = await deployment.invocationUrl();
    const post = (headers: Record<string, string> = {}) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(payload), signal });

    say.about('Without a token. The answer says where to learn which vendor has them:');
    const anonymous = await post();
    say.show(`${anonymous.status} ${anonymous.headers.get('www-authenticate')}`);
    check('it answers 401', anonymous.status === 401);

    say.about('With your AWS signature, though you have just deployed it:');
    const signed = await deployment.invoke(payload, { signal }).then(
      () => 'it answered',
      (error: Error) => error.message,
    );
    say.show(signed);
    check('a signature is no token', /AccessDenied/.test(signed));

    const tokenOf = (user: string, { resource = vendor.agentAudience, scope = 'agents:invoke' } = {}) =>
      signIn({ vendor, resource, scope, show: showTo(user, say), signal });

    say.about('ann signs in, and gets a token for the notes API. It is hers, and good, and not for this agent:');
    const elsewhere = await post({ authorization: `Bearer ${await tokenOf('ann', { resource: vendor.apiUrl, scope: 'notes:read' })}` });
    say.show(`${elsewhere.status} ${await elsewhere.text()}`);
    check('it answers 403', elsewhere.status === 403);

    const notesOf = async (user: string) => {
      const bearerToken = await tokenOf(user);
      return onceIamKnows(async () => say.stream((await deployment.invoke(payload, { bearerToken, signal })).text()));
    };
    say.about('ann signs in for the agent. Nobody tells the agent who she is, and nobody asks her about the notes:');
    const ann = await notesOf('ann');
    say.about('The same for bob:');
    const bob = await notesOf('bob');
    check('each of them got their own notes', ann !== bob && ![ann, bob].some((text) => /failed/.test(text)));
  },

  async cleanUp(context) {
    const { region, run, say, check } = context;
    const identity = new IdentityClient({ region });
    say.about('Cleaning up: the agent, both providers with their secrets, and all tokens in the vault.');
    const report = await describeAgent(context).destroy();
    await identity.deleteOauth2CredentialProvider({ name: run.named('notes') });
    await identity.deleteApiKeyCredentialProvider({ name: run.named('openai') });
    check('nothing is left', report.verified);
  },
});

function describeAgent({ region, run, model, vendor }: Pick<StepContext, 'region' | 'run' | 'model' | 'vendor'>): Agent {
  return defineAgent({
    name: run.named('notes_for_callers'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    authorizer: { discoveryUrl: vendor.discoveryUrl, allowedAudience: [vendor.agentAudience], allowedScopes: ['agents:invoke'] },
    credentials: [run.named('openai'), { name: run.named('notes'), kind: 'oauth2' }],
    env: { MODEL_PROVIDER: run.named('openai'), NOTES_PROVIDER: run.named('notes'), NOTES_API_URL: vendor.apiUrl, ...model.environment },
    tags: run.tags,
  });
}
