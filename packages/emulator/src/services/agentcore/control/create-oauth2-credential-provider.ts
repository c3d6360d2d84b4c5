import type {
  CreateOauth2CredentialProviderCommandInput,
  CreateOauth2CredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { randomUUID } from 'node:crypto';
import { defineOperation, type Permission } from '../../../gateway/operation.ts';
import { validation } from '../errors.ts';
import { createManagedSecret, createSecretPermission } from '../managed-secret.ts';
import { givenClientSecret } from '../oauth2/given-client-secret.ts';
import {
  CLIENT_SECRET_JSON_KEY,
  describeOauth2Provider,
  OAUTH2_PROVIDER,
  oauth2ProviderResources,
  type Oauth2ProviderItem,
} from '../oauth2/provider.ts';
import { configMember, givenConfig } from '../oauth2/vendor-config.ts';

export const createOauth2CredentialProvider = defineOperation<
  CreateOauth2CredentialProviderCommandInput,
  CreateOauth2CredentialProviderCommandOutput
>({
  authorize: (input, scope) => {
    const permissions: Permission[] = [{ resources: oauth2ProviderResources(scope, input.name!) }];
    const config = input.oauth2ProviderConfigInput![configMember(input.credentialProviderVendor!)] as { clientSecretSource?: string };
    if (config?.clientSecretSource === 'EXTERNAL') return permissions;
    return [...permissions, createSecretPermission(scope, 'oauth2', input.name!)];
  },
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const name = input.name!;
    const vendor = input.credentialProviderVendor!;
    const given = givenConfig(vendor, input.oauth2ProviderConfigInput!);
    const secret = givenClientSecret(given, context);
    if (store.items.get(OAUTH2_PROVIDER, scope, name)) throw validation(`Credential provider with name: ${name} already exists`, 'name');
    const now = emulator.now();
    const save = (fields: Pick<Oauth2ProviderItem, 'secretArn' | 'source' | 'jsonKey'>) => {
      const provider: Oauth2ProviderItem = {
        name,
        uuid: randomUUID(),
        vendor,
        config: given.config,
        createdTime: now.toISOString(),
        lastUpdatedTime: now.toISOString(),
        tags: input.tags ?? {},
        ...fields,
      };
      store.items.put(OAUTH2_PROVIDER, scope, name, provider);
      return describeOauth2Provider(emulator, scope, provider);
    };
    return store.transaction(() => {
      if (secret.source === 'EXTERNAL') return save(secret);
      const value = { [CLIENT_SECRET_JSON_KEY]: secret.clientSecret };
      return save({ secretArn: createManagedSecret(store, scope, now, { kind: 'oauth2', providerName: name, value }), source: 'MANAGED' });
    });
  },
});
