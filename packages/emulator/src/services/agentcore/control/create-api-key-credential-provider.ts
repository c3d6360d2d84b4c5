import type {
  CreateApiKeyCredentialProviderCommandInput,
  CreateApiKeyCredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation, type Permission } from '../../../gateway/operation.ts';
import {
  API_KEY_PROVIDER,
  apiKeyProviderResources,
  describeProvider,
  MANAGED_JSON_KEY,
  type ApiKeyProviderItem,
} from '../api-key-provider.ts';
import { validation } from '../errors.ts';
import { givenKey } from '../external-secret.ts';
import { createManagedSecret, createSecretPermission } from '../managed-secret.ts';

export const createApiKeyCredentialProvider = defineOperation<
  CreateApiKeyCredentialProviderCommandInput,
  CreateApiKeyCredentialProviderCommandOutput
>({
  authorize: (input, scope) => {
    const permissions: Permission[] = [{ resources: apiKeyProviderResources(scope, input.name!) }];
    if (input.apiKeySecretSource === 'EXTERNAL') return permissions;
    return [...permissions, createSecretPermission(scope, 'apikey', input.name!)];
  },
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const name = input.name!;
    const key = givenKey(input, context);
    if (store.items.get(API_KEY_PROVIDER, scope, name)) throw validation(`Credential provider with name: ${name} already exists`, 'name');
    const now = emulator.now();
    const provider = (fields: Pick<ApiKeyProviderItem, 'secretArn' | 'source' | 'jsonKey'>): ApiKeyProviderItem => ({
      name,
      createdTime: now.toISOString(),
      lastUpdatedTime: now.toISOString(),
      tags: input.tags ?? {},
      ...fields,
    });
    return store.transaction(() => {
      if (key.source === 'EXTERNAL') {
        const item = provider(key);
        store.items.put(API_KEY_PROVIDER, scope, name, item);
        return describeProvider(scope, item);
      }
      const value = { [MANAGED_JSON_KEY]: key.apiKey };
      const secretArn = createManagedSecret(store, scope, now, { kind: 'apikey', providerName: name, value });
      const item = provider({ secretArn, source: 'MANAGED' });
      store.items.put(API_KEY_PROVIDER, scope, name, item);
      return describeProvider(scope, item);
    });
  },
});
