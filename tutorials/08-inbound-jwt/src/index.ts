import { showTo } from '@agentcore-tutorials/07-user-consent/show-to';
import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext, outcome } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { signIn } from './sign-in.ts';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '08-inbound-jwt',
  title: t('title'),
  agent: (run) => run.named('notes_for_callers'),
  needsVendor: true,
  makes: [t('makes.providers'), t('makes.repository'), t('makes.role'), t('makes.runtime')],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about(t('outbound'));
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
    say.done(t('provider', { outcome: outcome(provider.outcome) }), provider.credentialProviderArn);

    say.about(t('inbound'));
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const payload = { prompt: 'List my notes' };
    const url = await deployment.invocationUrl();
    const post = (headers: Record<string, string> = {}) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(payload), signal });

    say.about(t('anonymous'));
    const anonymous = await post();
    say.show(`${anonymous.status} ${anonymous.headers.get('www-authenticate')}`);
    check(t('anonymous.check'), anonymous.status === 401);

    say.about(t('signed'));
    const signed = await deployment.invoke(payload, { signal }).then(
      () => 'it answered',
      (error: Error) => error.message,
    );
    say.show(signed);
    check(t('signed.check'), /AccessDenied/.test(signed));

    const tokenOf = (user: string, { resource = vendor.agentAudience, scope = 'agents:invoke' } = {}) =>
      signIn({ vendor, resource, scope, show: showTo(user, say), signal });

    say.about(t('elsewhere'));
    const elsewhere = await post({ authorization: `Bearer ${await tokenOf('ann', { resource: vendor.apiUrl, scope: 'notes:read' })}` });
    say.show(`${elsewhere.status} ${await elsewhere.text()}`);
    check(t('elsewhere.check'), elsewhere.status === 401);

    const notesOf = async (user: string) => {
      const bearerToken = await tokenOf(user);
      return onceIamKnows(async () => say.stream(deployment.invoke(payload, { bearerToken, signal }).then((reply) => reply.text())));
    };
    say.about(t('ann'));
    const ann = await notesOf('ann');
    say.about(t('bob'));
    const bob = await notesOf('bob');
    check(t('users.check'), ann !== bob && ![ann, bob].some((text) => /failed/.test(text)));
  },

  async cleanUp(context) {
    const { region, run, say, check } = context;
    const identity = new IdentityClient({ region });
    say.about(t('cleanUp'));
    const report = await describeAgent(context).destroy();
    await identity.deleteOauth2CredentialProvider({ name: run.named('notes') });
    await identity.deleteApiKeyCredentialProvider({ name: run.named('openai') });
    check(t('cleanUp.check'), report.verified);
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
