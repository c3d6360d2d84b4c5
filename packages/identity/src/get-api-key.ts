import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { IdentityError } from './errors.ts';

/** Of a secret, 65,536 bytes: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const LONGEST_KEY = 65_536;

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
  const key: unknown = apiKey;
  if (typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY) return key;
  const what = !key ? 'without a key' : typeof key === 'string' ? `with a key of ${key.length} characters` : 'with a key that is no text';
  throw new IdentityError('UNEXPECTED_ANSWER', `GetResourceApiKey answered ${what} for provider '${providerName}'.`, { operation });
}
