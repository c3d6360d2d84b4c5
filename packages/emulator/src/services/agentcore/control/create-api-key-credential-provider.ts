import type {
  CreateApiKeyCredentialProviderCommandInput,
  CreateApiKeyCredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation, type Permission } from '../../../gateway/operation.ts';
import { newSecret, saveSecret, withNewVersion } from '../../secretsmanager/secret.ts';
import {
  API_KEY_PROVIDER,
  apiKeyProviderResources,
  describeProvider,
  managedSecretName,
  MANAGED_JSON_KEY,
  type ApiKeyProviderItem,
} from '../api-key-provider.ts';
import { conflict } from '../errors.ts';
import { givenKey } from '../external-secret.ts';

export const createApiKeyCredentialProvider = defineOperation<
  CreateApiKeyCredentialProviderCommandInput,
  CreateApiKeyCredentialProviderCommandOutput
>({
  authorize: (input, scope) => {
    const permissions: Permission[] = [{ resources: apiKeyProviderResources(scope, input.name!) }];
    if (input.apiKeySecretSource === 'EXTERNAL') return permissions;
    // The service makes the secret with its caller's permissions (a forward access session).
    const secret = `arn:aws:secretsmanager:${scope.region}:${scope.accountId}:secret:${managedSecretName(input.name!)}-??????`;
    return [
      ...permissions,
      { action: 'secretsmanager:CreateSecret', resources: [secret], context: { 'aws:CalledVia': ['bedrock-agentcore.amazonaws.com'] } },
    ];
  },
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const { store } = emulator;
    const scope = { accountId, region };
    const name = input.name!;
    const key = givenKey(input, context);
    if (store.items.get(API_KEY_PROVIDER, scope, name)) throw conflict(`Credential provider with name: ${name} already exists`);
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
      const secret = newSecret(scope, now, { name: managedSecretName(name), owningService: 'bedrock-agentcore-identity' });
      const value = { string: JSON.stringify({ [MANAGED_JSON_KEY]: key.apiKey }) };
      saveSecret(store, scope, withNewVersion(store, secret, value, now));
      const item = provider({ secretArn: secret.arn, source: 'MANAGED' });
      store.items.put(API_KEY_PROVIDER, scope, name, item);
      return describeProvider(scope, item);
    });
  },
});
