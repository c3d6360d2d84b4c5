import { defineAgent, type Agent } from '@agentcore-tutorials/deploy';
import { defineStep, narrateDeploy, type StepContext } from '@agentcore-tutorials/harness';
import { IdentityClient, serveConsentCallback } from '@agentcore-tutorials/identity';
import { showTo } from './show-to.ts';

export const step = defineStep({
  id: '07-user-consent',
  title: 'On behalf of a user: ann consents, once',
  needsVendor: true,
  makes: ['two credential providers with a secret each', 'an ECR repository', 'an IAM role', 'an agent runtime'],

  async run(context) {
    const { region, run, model, vendor, say, signal, check, onceIamKnows } = context;
    const identity = new IdentityClient({ region });
    const { tags } = run;

    say.about(
      'The vendor sends users back to AgentCore: this callback URL is to be registered there. The vendor on this machine takes any.',
    );
    await identity.ensureApiKeyCredentialProvider({ name: run.named('openai'), apiKey: model.apiKey, tags });
    const provider = await identity.ensureOauth2CredentialProvider({
      name: run.named('notes'),
      vendor: 'CustomOauth2',
      config: { oauthDiscovery: { discoveryUrl: vendor.discoveryUrl }, clientId: vendor.clientId, clientSecret: vendor.clientSecret },
      tags,
    });
    say.done(`OAuth2 credential provider ${provider.outcome}`, provider.callbackUrl);
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

    say.about('The first call for ann. The agent has no token of hers, and sends a link:');
    const first = await onceIamKnows(() => listNotesOf('ann'));
    check('ann was asked, and the agent read her notes', first.asked && !/failed/.test(first.notes));

    say.about('The second call. The token is in the vault:');
    const second = await listNotesOf('ann');
    check('nobody was asked', !second.asked && second.notes === first.notes);

    say.about('With forceAuthentication:');
    check('ann was asked again', (await listNotesOf('ann', { forceAuthentication: true })).asked);

    say.about('The same agent for bob. What ann allowed is not for him:');
    const bob = await listNotesOf('bob');
    check('bob was asked himself, and sees his notes and not hers', bob.asked && !/failed/.test(bob.notes) && bob.notes !== first.notes);
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
    name: run.named('personal_notes'),
    entry: new URL('./agent.ts', import.meta.url),
    region,
    credentials: [run.named('openai'), { name: run.named('notes'), kind: 'oauth2' }],
    env: { MODEL_PROVIDER: run.named('openai'), NOTES_PROVIDER: run.named('notes'), NOTES_API_URL: vendor.apiUrl, ...model.environment },
    tags: run.tags,
  });
}
