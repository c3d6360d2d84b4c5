import type {
  GetApiKeyCredentialProviderCommandInput,
  GetApiKeyCredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { apiKeyProviderResources, describeProvider, requireApiKeyProvider } from '../api-key-provider.ts';

export const getApiKeyCredentialProvider = defineOperation<
  GetApiKeyCredentialProviderCommandInput,
  GetApiKeyCredentialProviderCommandOutput
>({
  authorize: (input, scope) => [{ resources: apiKeyProviderResources(scope, input.name!) }],
  handle: (input, context) => describeProvider(context, requireApiKeyProvider(context, input.name!)),
});
