import type {
  ListApiKeyCredentialProvidersCommandInput,
  ListApiKeyCredentialProvidersCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { listPage } from '../../page.ts';
import { API_KEY_PROVIDER, apiKeyProviderResources, describeProvider, type ApiKeyProviderItem } from '../api-key-provider.ts';

export const listApiKeyCredentialProviders = defineOperation<
  ListApiKeyCredentialProvidersCommandInput,
  ListApiKeyCredentialProvidersCommandOutput
>({
  authorize: (_input, scope) => [{ resources: apiKeyProviderResources(scope, '*') }],
  handle({ maxResults: limit = 20, nextToken: token }, context) {
    const page = listPage<ApiKeyProviderItem>(context.emulator.store, API_KEY_PROVIDER, context, { limit, token });
    return { credentialProviders: page.items.map((item) => describeProvider(context, item.value)), nextToken: page.nextToken };
  },
});
