import type {
  UpdateApiKeyCredentialProviderCommandInput,
  UpdateApiKeyCredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { findSecret, saveSecret, withNewVersion } from '../../secretsmanager/secret.ts';
import {
  API_KEY_PROVIDER,
  apiKeyProviderResources,
  describeProvider,
  MANAGED_JSON_KEY,
  requireApiKeyProvider,
  type ApiKeyProviderItem,
} from '../api-key-provider.ts';
import { validation } from '../errors.ts';
import { givenKey } from '../external-secret.ts';
import { managedSecretPermissions } from '../managed-secret.ts';

export const updateApiKeyCredentialProvider = defineOperation<
  UpdateApiKeyCredentialProviderCommandInput,
  UpdateApiKeyCredentialProviderCommandOutput
>({
  authorize: (input, context) => {
    const provider = context.emulator.store.items.get<ApiKeyProviderItem>(API_KEY_PROVIDER, context, input.name!);
    return [
      { resources: apiKeyProviderResources(context, input.name!) },
      ...managedSecretPermissions('secretsmanager:PutSecretValue', provider),
    ];
  },
  handle(input, context) {
    const { store, now } = { store: context.emulator.store, now: context.emulator.now() };
    const provider = requireApiKeyProvider(context, input.name!);
    const key = givenKey(input, context);
    if (key.source !== provider.source)
      throw validation(
        `The provider '${provider.name}' keeps its key in a secret that is ${provider.source}: that cannot be changed. Delete it and create it again.`,
        'apiKeySecretSource',
      );
    return store.transaction(() => {
      // Recorded in two accounts: the update leaves lastUpdatedTime at the creation. That of an OAuth2 provider moves it.
      const updated: ApiKeyProviderItem = { ...provider, ...(key.source === 'EXTERNAL' ? key : {}) };
      if (key.source === 'MANAGED') {
        const secret = findSecret(store, context, provider.secretArn);
        if (!secret) throw new Error(`the secret of provider ${provider.name} is gone`);
        saveSecret(store, context, withNewVersion(store, secret, { string: JSON.stringify({ [MANAGED_JSON_KEY]: key.apiKey }) }, now));
      }
      store.items.put(API_KEY_PROVIDER, context, provider.name, updated);
      return describeProvider(context, updated);
    });
  },
});
