import { IdentityClient } from '@agentcore-tutorials/identity';
import { defineStep } from '@agentcore-tutorials/harness';
import { criteria } from './criteria.ts';

export const step = defineStep({
  id: '02-create-provider',
  title: 'A credential provider',
  makes: ['a credential provider, whose key is a secret in Secrets Manager'],

  criteria,

  async run({ region, model, run, say, check }) {
    const identity = new IdentityClient({ region });

    say.about(
      'The key moves into the token vault of AgentCore Identity. From now on agents name the provider, and never see where the key is.',
    );
    const provider = await identity.ensureApiKeyCredentialProvider({ name: run.providerName, apiKey: model.apiKey, tags: run.tags });
    say.done(`credential provider ${provider.outcome}`, provider.credentialProviderArn);
    say.done('its key is a secret in Secrets Manager', provider.secretArn);

    const found = await identity.getApiKeyCredentialProvider({ name: run.providerName });
    check('the provider is there, and describing it does not show the key', !JSON.stringify(found).includes(model.apiKey));
  },
});
