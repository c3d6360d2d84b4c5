import type { GetResourceApiKeyCommandInput, GetResourceApiKeyCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation } from '../../../gateway/operation.ts';
import { findSecret, findVersion, readVersion } from '../../secretsmanager/secret.ts';
import { apiKeyProviderResources, MANAGED_JSON_KEY, requireApiKeyProvider } from '../api-key-provider.ts';
import { notFound, validation } from '../errors.ts';
import { authorizeSecret } from '../managed-secret.ts';
import { findWorkloadIdentity, workloadResources } from '../workload-identity.ts';
import { openWorkloadToken } from '../workload-token.ts';

export const getResourceApiKey = defineOperation<GetResourceApiKeyCommandInput, GetResourceApiKeyCommandOutput>({
  // The workload is named only inside of the token: the handler has to open it before IAM can be asked.
  authorize: () => [],
  handle(input, context) {
    const { store } = context.emulator;
    const token = openWorkloadToken(store, context.emulator.now(), context, input.workloadIdentityToken!);
    const resources = [
      ...apiKeyProviderResources(context, input.resourceCredentialProviderName!),
      ...workloadResources(context, token.workloadName),
    ];
    context.authorize({ resources });
    if (!findWorkloadIdentity(store, context, token.workloadName))
      throw notFound(`Workload identity '${token.workloadName}' does not exist any more.`);
    const provider = requireApiKeyProvider(context, input.resourceCredentialProviderName!);
    authorizeSecret(context, provider.secretArn);
    const secret = findSecret(store, context, provider.secretArn);
    if (!secret || secret.deletedDate !== undefined)
      throw notFound(`The secret of credential provider '${provider.name}' does not exist any more.`);
    const [, version] = findVersion(secret, {});
    const value = readVersion(store, secret, version);
    const apiKey = 'string' in value ? member(value.string, provider.jsonKey ?? MANAGED_JSON_KEY) : undefined;
    if (apiKey === undefined)
      throw validation(
        `The secret of credential provider '${provider.name}' has no text at the JSON key '${provider.jsonKey ?? MANAGED_JSON_KEY}'.`,
      );
    return { apiKey };
  },
});

function member(json: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
