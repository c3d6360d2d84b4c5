import type {
  GetOauth2CredentialProviderCommandInput,
  GetOauth2CredentialProviderCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { describeOauth2Provider, oauth2ProviderResources, requireOauth2Provider } from '../oauth2/provider.ts';

export const getOauth2CredentialProvider = defineOperation<
  GetOauth2CredentialProviderCommandInput,
  GetOauth2CredentialProviderCommandOutput
>({
  authorize: (input, scope) => [{ resources: oauth2ProviderResources(scope, input.name!) }],
  handle: (input, context) => describeOauth2Provider(context.emulator, context, requireOauth2Provider(context, input.name!)),
});
