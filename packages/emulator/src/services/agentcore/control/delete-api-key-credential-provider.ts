import type {
  DeleteApiKeyCredentialProviderCommandInput,
  DeleteApiKeyCredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { API_KEY_PROVIDER, apiKeyProviderResources, requireApiKeyProvider, type ApiKeyProviderItem } from '../api-key-provider.ts';
import { deleteManagedSecret, managedSecretPermissions } from '../managed-secret.ts';

export const deleteApiKeyCredentialProvider = defineOperation<
  DeleteApiKeyCredentialProviderCommandInput,
  DeleteApiKeyCredentialProviderCommandOutput
>({
  authorize: (input, context) => {
    const provider = context.emulator.store.items.get<ApiKeyProviderItem>(API_KEY_PROVIDER, context, input.name!);
    return [
      { resources: apiKeyProviderResources(context, input.name!) },
      ...managedSecretPermissions('secretsmanager:DeleteSecret', provider),
    ];
  },
  handle(input, context) {
    const { store } = context.emulator;
    const provider = requireApiKeyProvider(context, input.name!);
    store.transaction(() => {
      store.items.delete(API_KEY_PROVIDER, context, provider.name);
      // A caller's own secret stays: it was theirs before.
      if (provider.source === 'MANAGED') deleteManagedSecret(store, context, provider.secretArn);
    });
    return {};
  },
});
