import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext, outcome } from '@agentcore-tutorials/harness';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { t } from './messages/index.ts';

/** AgentCore sends the agent a token only for an invocation that names a user, even where no credential depends on who that is. */
const userId = 'learner';

export const step = defineStep({
  id: '06-machine-to-machine',
  title: t('title'),
  agent: (run) => run.named('note_keeper'),
  needsVendor: true,
  makes: [t('makes.providers'), t('makes.repository'), t('makes.role'), t('makes.runtime')],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about(t('api'));
    const refused = await fetch(`${vendor.apiUrl}/notes`, { signal });
    say.show(`${refused.status} ${refused.headers.get('www-authenticate')}`);
    check(t('api.check'), refused.status === 401);

    say.about(t('client'));
    await identity.ensureApiKeyCredentialProvider({ name: run.named('openai'), apiKey: model.apiKey, tags });
    const provider = await identity.ensureOauth2CredentialProvider({
      name: run.named('notes'),
      vendor: 'CustomOauth2',
      config: { oauthDiscovery: { discoveryUrl: vendor.discoveryUrl }, clientId: vendor.clientId, clientSecret: vendor.clientSecret },
      tags,
    });
    say.done(t('provider', { outcome: outcome(provider.outcome) }), provider.credentialProviderArn);

    say.about(t('agent'));
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });
    const ask = async (prompt: string) => say.stream(deployment.invoke({ prompt }, { userId, signal }).then((reply) => reply.text()));
    const added = await onceIamKnows(() => ask('Add note "buy milk"'));
    const listed = await ask('List notes');
    check(t('agent.check'), /noted/.test(added) && /buy milk/.test(listed));
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
    name: run.named('note_keeper'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    credentials: [run.named('openai'), { name: run.named('notes'), kind: 'oauth2' }],
    env: { MODEL_PROVIDER: run.named('openai'), NOTES_PROVIDER: run.named('notes'), NOTES_API_URL: vendor.apiUrl, ...model.environment },
    tags: run.tags,
  });
}
