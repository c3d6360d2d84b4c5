import type {
  ListOauth2CredentialProvidersCommandInput,
  ListOauth2CredentialProvidersCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { listPage } from '../../page.ts';
import { oauth2ProviderArn } from '../arns.ts';
import { OAUTH2_PROVIDER, oauth2ProviderResources, type Oauth2ProviderItem } from '../oauth2/provider.ts';

export const listOauth2CredentialProviders = defineOperation<
  ListOauth2CredentialProvidersCommandInput,
  ListOauth2CredentialProvidersCommandOutput
>({
  authorize: (_input, scope) => [{ resources: oauth2ProviderResources(scope, '*') }],
  handle({ maxResults: limit = 20, nextToken: token }, context) {
    const page = listPage<Oauth2ProviderItem>(context.emulator.store, OAUTH2_PROVIDER, context, { limit, token });
    return {
      credentialProviders: page.items.map(({ value }) => ({
        name: value.name,
        credentialProviderVendor: value.vendor,
        credentialProviderArn: oauth2ProviderArn(context, value.name),
        createdTime: new Date(value.createdTime),
        lastUpdatedTime: new Date(value.lastUpdatedTime),
      })),
      nextToken: page.nextToken,
    };
  },
});
