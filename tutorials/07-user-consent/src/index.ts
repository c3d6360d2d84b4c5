import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext, outcome } from '@agentcore-tutorials/harness';
import { IdentityClient, serveConsentCallback } from '@agentcore-tutorials/identity';
import { showTo } from './show-to.ts';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '07-user-consent',
  title: t('title'),
  agent: (run) => run.named('personal_notes'),
  needsVendor: true,
  makes: [t('makes.providers'), t('makes.repository'), t('makes.role'), t('makes.runtime')],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about(t('callback'));
    await identity.ensureApiKeyCredentialProvider({ name: run.named('openai'), apiKey: model.apiKey, tags });
    const provider = await identity.ensureOauth2CredentialProvider({
      name: run.named('notes'),
      vendor: 'CustomOauth2',
      config: { oauthDiscovery: { discoveryUrl: vendor.discoveryUrl }, clientId: vendor.clientId, clientSecret: vendor.clientSecret },
      tags,
    });
    say.done(t('provider', { outcome: outcome(provider.outcome) }), provider.callbackUrl);
    const deployment = await describeAgent(context).deploy({ onEvent: narrateDeploy(say), signal });

    const listNotesOf = async (userId: string, { forceAuthentication = false } = {}) => {
      // What a web application does on its site: it knows who is signed in, and binds the consent that comes back to that user.
      await using callback = await serveConsentCallback({ identity, user: { userId }, onAuthUrl: showTo(userId, say) });
      const name = deployment.workloadIdentityName;
      await identity.updateWorkloadIdentity({ name, allowedResourceOauth2ReturnUrls: [callback.url] });

      const { callbackUrl, customState, onAuthUrl } = callback.consent;
      const payload = { prompt: 'List my notes', callbackUrl, customState, forceAuthentication };
      const reply = await deployment.invoke(payload, { userId, signal });
      let asked = false;
      const text = async function* () {
        for await (const value of reply.values() as AsyncIterable<string | { authorizationUrl: string }>) {
          if (typeof value === 'string') {
            yield value;
            continue;
          }
          asked = true;
          await onAuthUrl(value.authorizationUrl);
        }
      };
      return { notes: await say.stream(text()), asked };
    };

    say.about(t('first'));
    const first = await onceIamKnows(() => listNotesOf('ann'));
    check(t('first.check'), first.asked && !/failed/.test(first.notes));

    say.about(t('second'));
    const second = await listNotesOf('ann');
    check(t('second.check'), !second.asked && second.notes === first.notes);

    say.about(t('force'));
    check(t('force.check'), (await listNotesOf('ann', { forceAuthentication: true })).asked);

    say.about(t('bob'));
    const bob = await listNotesOf('bob');
    check(t('bob.check'), bob.asked && !/failed/.test(bob.notes) && bob.notes !== first.notes);
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
    name: run.named('personal_notes'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    credentials: [run.named('openai'), { name: run.named('notes'), kind: 'oauth2' }],
    env: { MODEL_PROVIDER: run.named('openai'), NOTES_PROVIDER: run.named('notes'), NOTES_API_URL: vendor.apiUrl, ...model.environment },
    tags: run.tags,
  });
}
