import type { GetResourceOauth2TokenCommandInput, GetResourceOauth2TokenCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation } from '../../../gateway/operation.ts';
import { notFound, validation } from '../errors.ts';
import { authorizeSecret } from '../managed-secret.ts';
import { machineToMachine } from '../oauth2/machine-to-machine.ts';
import { onBehalfOf } from '../oauth2/on-behalf-of.ts';
import { oauth2ProviderResources, requireOauth2Provider } from '../oauth2/provider.ts';
import { userFederation } from '../oauth2/user-federation.ts';
import { digestParameters, type VaultKey } from '../oauth2/vault.ts';
import { findWorkloadIdentity, workloadResources } from '../workload-identity.ts';
import { openWorkloadToken } from '../workload-token.ts';

export const getResourceOauth2Token = defineOperation<GetResourceOauth2TokenCommandInput, GetResourceOauth2TokenCommandOutput>({
  // The workload is named only inside of the token: the handler has to open it before IAM can be asked.
  authorize: () => [],
  async handle(input, context) {
    const { store } = context.emulator;
    const token = openWorkloadToken(store, context.emulator.now(), context, input.workloadIdentityToken!);
    const name = input.resourceCredentialProviderName!;
    context.authorize({ resources: [...oauth2ProviderResources(context, name), ...workloadResources(context, token.workloadName)] });
    const identity = findWorkloadIdentity(store, context, token.workloadName);
    if (!identity) throw notFound(`Workload identity '${token.workloadName}' does not exist any more.`);
    const provider = requireOauth2Provider(context, name);
    authorizeSecret(context, provider.secretArn);
    const { customParameters = {}, forceAuthentication: force = false } = input;
    const key: VaultKey = {
      accountId: context.accountId,
      region: context.region,
      workloadName: token.workloadName,
      providerUuid: provider.uuid,
      flow: input.oauth2Flow!,
      scopes: input.scopes ?? [],
      resources: input.resources ?? [],
      audiences: input.audiences ?? [],
      custom: digestParameters(customParameters),
    };
    if (input.oauth2Flow === 'M2M') return { accessToken: await machineToMachine({ provider, key, customParameters, force }, context) };
    const { user } = token;
    if (input.oauth2Flow === 'ON_BEHALF_OF_TOKEN_EXCHANGE')
      return { accessToken: await onBehalfOf({ provider, key: { ...key, user }, customParameters, force }, token, context) };
    if (!user)
      throw validation(
        'USER_FEDERATION needs a workload access token that was made for a user. Use GetWorkloadAccessTokenForUserId or GetWorkloadAccessTokenForJWT, or invoke the runtime for a user.',
        'oauth2Flow',
      );
    return userFederation({ input, provider, identity, key: { ...key, user } }, context);
  },
});
