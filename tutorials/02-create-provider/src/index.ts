import { IdentityClient } from '@agentcore-tutorials/identity';
import { defineStep, outcome } from '@agentcore-tutorials/harness';
import { criteria } from './criteria.ts';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '02-create-provider',
  title: t('title'),
  makes: [t('makes')],

  criteria,

  async run({ region, model, run, say, check }) {
    const identity = new IdentityClient({ region });

    say.about(t('vault'));
    const provider = await identity.ensureApiKeyCredentialProvider({ name: run.providerName, apiKey: model.apiKey, tags: run.tags });
    say.done(t('provider', { outcome: outcome(provider.outcome) }), provider.credentialProviderArn);
    say.done(t('secret'), provider.secretArn);

    const found = await identity.getApiKeyCredentialProvider({ name: run.providerName });
    check(t('hidden'), !JSON.stringify(found).includes(model.apiKey));
  },
});
