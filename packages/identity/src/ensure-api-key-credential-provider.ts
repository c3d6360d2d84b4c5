import {
  createApiKeyCredentialProvider,
  updateApiKeyCredentialProvider,
  type ApiKeyCredentialProvider,
  type CreateApiKeyCredentialProviderInput,
} from './api-key-providers.ts';
import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { isCode } from './is-code.ts';

/** A provider, and whether it had to be made. */
export type EnsuredApiKeyCredentialProvider = ApiKeyCredentialProvider & { outcome: 'created' | 'updated' };

/** Creates the provider, or gives the one of that name this key and these tags. */
export async function ensureApiKeyCredentialProvider(
  aws: Connection,
  input: CreateApiKeyCredentialProviderInput,
  signal?: AbortSignal,
): Promise<EnsuredApiKeyCredentialProvider> {
  try {
    return { ...(await createApiKeyCredentialProvider(aws, input, signal)), outcome: 'created' };
  } catch (error) {
    if (!isCode(error, 'ALREADY_EXISTS')) throw error;
  }
  try {
    const { tags, ...update } = input;
    const provider = await updateApiKeyCredentialProvider(aws, update, signal);
    await tag(aws, provider, tags, signal);
    return { ...provider, outcome: 'updated' };
  } catch (error) {
    if (!isCode(error, 'NOT_FOUND')) throw error;
  }
  // Somebody deleted it between the two calls. If it is there again by now, two programs are fighting over it, and the error may say so.
  return { ...(await createApiKeyCredentialProvider(aws, input, signal)), outcome: 'created' };
}

async function tag(
  aws: Connection,
  { name, credentialProviderArn }: ApiKeyCredentialProvider,
  tags: Record<string, string> | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (tags === undefined || Object.keys(tags).length === 0) return;
  const { client, commands } = await aws.control();
  const subject = { operation: 'TagResource', provider: name };
  await call(subject, signal, (options) => client.send(new commands.TagResource({ resourceArn: credentialProviderArn, tags }), options));
}
