import type {
  DeleteOauth2CredentialProviderCommandInput,
  DeleteOauth2CredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { deleteManagedSecret, managedSecretPermissions } from '../managed-secret.ts';
import { findOauth2Provider, OAUTH2_PROVIDER, oauth2ProviderResources, requireOauth2Provider } from '../oauth2/provider.ts';
import { deleteTokensOfProvider } from '../oauth2/vault.ts';

export const deleteOauth2CredentialProvider = defineOperation<
  DeleteOauth2CredentialProviderCommandInput,
  DeleteOauth2CredentialProviderCommandOutput
>({
  authorize: (input, context) => {
    const provider = findOauth2Provider(context.emulator.store, context, input.name!);
    return [
      { resources: oauth2ProviderResources(context, input.name!) },
      ...managedSecretPermissions('secretsmanager:DeleteSecret', provider),
    ];
  },
  handle(input, context) {
    const { store } = context.emulator;
    const provider = requireOauth2Provider(context, input.name!);
    store.transaction(() => {
      store.items.delete(OAUTH2_PROVIDER, context, provider.name);
      deleteTokensOfProvider(store, context, provider.uuid);
      // A caller's own secret stays: it was theirs before.
      if (provider.source === 'MANAGED') deleteManagedSecret(store, context, provider.secretArn);
    });
    return {};
  },
});
