import type { OperationContext } from '../../gateway/operation.ts';
import type { Scope } from '../../store/items.ts';
import { apiKeyProviderArn, tokenVaultArn } from './arns.ts';
import { notFound } from './errors.ts';

export const API_KEY_PROVIDER = 'api-key-provider';

export interface ApiKeyProviderItem {
  name: string;
  secretArn: string;
  /** MANAGED: a secret that this provider made and owns. EXTERNAL: the caller's own. */
  source: 'MANAGED' | 'EXTERNAL';
  /** Which member of the secret's JSON holds the key; an external secret only. */
  jsonKey?: string;
  createdTime: string;
  lastUpdatedTime: string;
  tags: Record<string, string>;
}

/** The JSON member that holds the key in a secret that the service manages. */
export const MANAGED_JSON_KEY = 'api_key_value';

export function requireApiKeyProvider({ emulator, accountId, region }: OperationContext, name: string): ApiKeyProviderItem {
  const provider = emulator.store.items.get<ApiKeyProviderItem>(API_KEY_PROVIDER, { accountId, region }, name);
  if (!provider) throw notFound(`ApiKeyCredentialProvider not found for ${name}`);
  return provider;
}

export function apiKeyProviderResources(scope: Scope, name: string): string[] {
  return [tokenVaultArn(scope), apiKeyProviderArn(scope, name)];
}

export function describeProvider(scope: Scope, provider: ApiKeyProviderItem) {
  return {
    name: provider.name,
    credentialProviderArn: apiKeyProviderArn(scope, provider.name),
    apiKeySecretArn: { secretArn: provider.secretArn },
    apiKeySecretSource: provider.source,
    ...(provider.jsonKey === undefined ? {} : { apiKeySecretJsonKey: provider.jsonKey }),
    createdTime: new Date(provider.createdTime),
    lastUpdatedTime: new Date(provider.lastUpdatedTime),
  };
}
