import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { IdentityError } from './errors.ts';

/** The key that the provider holds, for the workload that the token stands for. */
export async function getApiKey(
  aws: Connection,
  providerName: string,
  workloadIdentityToken: string,
  signal?: AbortSignal,
): Promise<string> {
  const { client, commands } = await aws.data();
  const operation = 'GetResourceApiKey';
  const command = new commands.GetResourceApiKey({ resourceCredentialProviderName: providerName, workloadIdentityToken });
  const { apiKey } = await call({ operation, provider: providerName, secrets: [workloadIdentityToken] }, signal, (options) =>
    client.send(command, options),
  );
  if (apiKey) return apiKey;
  throw new IdentityError('UNEXPECTED_ANSWER', `GetResourceApiKey answered without a key for provider '${providerName}'.`, { operation });
}
