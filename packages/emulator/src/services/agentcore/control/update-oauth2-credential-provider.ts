import type {
  UpdateOauth2CredentialProviderCommandInput,
  UpdateOauth2CredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { findSecret, saveSecret, withNewVersion } from '../../secretsmanager/secret.ts';
import { validation } from '../errors.ts';
import { managedSecretPermissions } from '../managed-secret.ts';
import { givenClientSecret } from '../oauth2/given-client-secret.ts';
import {
  CLIENT_SECRET_JSON_KEY,
  describeOauth2Provider,
  findOauth2Provider,
  OAUTH2_PROVIDER,
  oauth2ProviderResources,
  requireOauth2Provider,
  type Oauth2ProviderItem,
} from '../oauth2/provider.ts';
import { deleteTokensOfProvider } from '../oauth2/vault.ts';
import { givenConfig } from '../oauth2/vendor-config.ts';

export const updateOauth2CredentialProvider = defineOperation<
  UpdateOauth2CredentialProviderCommandInput,
  UpdateOauth2CredentialProviderCommandOutput
>({
  authorize: (input, context) => {
    const provider = findOauth2Provider(context.emulator.store, context, input.name!);
    return [
      { resources: oauth2ProviderResources(context, input.name!) },
      ...managedSecretPermissions('secretsmanager:PutSecretValue', provider),
    ];
  },
  handle(input, context) {
    const { emulator } = context;
    const { store } = emulator;
    const provider = requireOauth2Provider(context, input.name!);
    if (input.credentialProviderVendor !== provider.vendor)
      throw validation(
        `The provider '${provider.name}' is of the vendor ${provider.vendor}: that cannot be changed. Delete it and create it again.`,
        'credentialProviderVendor',
      );
    const given = givenConfig(provider.vendor, input.oauth2ProviderConfigInput!);
    const secret = givenClientSecret(given, context);
    if (secret.source !== provider.source)
      throw validation(
        `The provider '${provider.name}' keeps its client secret in a secret that is ${provider.source}: that cannot be changed. Delete it and create it again.`,
        'oauth2ProviderConfigInput',
      );
    const now = emulator.now();
    return store.transaction(() => {
      const updated: Oauth2ProviderItem = {
        ...provider,
        config: given.config,
        lastUpdatedTime: now.toISOString(),
        ...(secret.source === 'EXTERNAL' ? secret : {}),
      };
      if (secret.source === 'MANAGED') {
        const managed = findSecret(store, context, provider.secretArn);
        if (!managed) throw new Error(`the secret of provider ${provider.name} is gone`);
        const value = { string: JSON.stringify({ [CLIENT_SECRET_JSON_KEY]: secret.clientSecret }) };
        saveSecret(store, context, withNewVersion(store, managed, value, now));
      }
      // Tokens that another client or another server gave are not this one's.
      if (JSON.stringify(provider.config) !== JSON.stringify(given.config)) deleteTokensOfProvider(store, context, provider.uuid);
      store.items.put(OAUTH2_PROVIDER, context, provider.name, updated);
      return describeOauth2Provider(emulator, context, updated);
    });
  },
});
