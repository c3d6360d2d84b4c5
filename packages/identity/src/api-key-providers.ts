import type { Connection } from './aws/connect.ts';
import { call, type CallOptions } from './aws/call.ts';
import { IdentityError } from './errors.ts';
import { isCode } from './is-code.ts';
import { listAll } from './list-all.ts';

/** A secret of your own in Secrets Manager, instead of a key that the service stores. */
export interface SecretReference {
  /** Name or ARN of the secret. */
  secretId: string;
  /** The key of the secret's JSON object that holds the value. */
  jsonKey: string;
}

/** An API key, given or referred to. */
export type ApiKeySource = { apiKey: string; secret?: never } | { secret: SecretReference; apiKey?: never };

export type CreateApiKeyCredentialProviderInput = ApiKeySource & {
  /** 1 to 128 letters, digits, `-` and `_`. */
  name: string;
  tags?: Record<string, string>;
};

export type UpdateApiKeyCredentialProviderInput = ApiKeySource & { name: string };

/** What AWS tells about a provider: never the key. */
export interface ApiKeyCredentialProvider {
  name: string;
  credentialProviderArn: string;
  /** The secret that holds the key. */
  secretArn: string;
  createdTime?: Date;
  lastUpdatedTime?: Date;
}

export async function createApiKeyCredentialProvider(
  aws: Connection,
  input: CreateApiKeyCredentialProviderInput,
  signal?: AbortSignal,
): Promise<ApiKeyCredentialProvider> {
  const fields = { name: input.name, ...keyFields(input), ...(input.tags && { tags: input.tags }) };
  const { client, commands } = await aws.control();
  const subject = { operation: 'CreateApiKeyCredentialProvider', provider: input.name, secrets: [input.apiKey] };
  return describe(await call(subject, signal, (options) => client.send(new commands.CreateApiKeyCredentialProvider(fields), options)));
}

export async function updateApiKeyCredentialProvider(
  aws: Connection,
  input: UpdateApiKeyCredentialProviderInput,
  signal?: AbortSignal,
): Promise<ApiKeyCredentialProvider> {
  const fields = { name: input.name, ...keyFields(input) };
  const { client, commands } = await aws.control();
  const subject = { operation: 'UpdateApiKeyCredentialProvider', provider: input.name, secrets: [input.apiKey] };
  return describe(await call(subject, signal, (options) => client.send(new commands.UpdateApiKeyCredentialProvider(fields), options)));
}

export async function getApiKeyCredentialProvider(aws: Connection, name: string, signal?: AbortSignal): Promise<ApiKeyCredentialProvider> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'GetApiKeyCredentialProvider', provider: name };
  return describe(await call(subject, signal, (options) => client.send(new commands.GetApiKeyCredentialProvider({ name }), options)));
}

/** Name and ARN of each; AWS does not list the secrets. */
export async function listApiKeyCredentialProviders(
  aws: Connection,
  { signal }: CallOptions = {},
): Promise<Omit<ApiKeyCredentialProvider, 'secretArn'>[]> {
  const { client, commands } = await aws.control();
  return listAll(async (page) => {
    const subject = { operation: 'ListApiKeyCredentialProviders' };
    const { credentialProviders = [], nextToken } = await call(subject, signal, (options) =>
      client.send(new commands.ListApiKeyCredentialProviders({ ...page, maxResults: 100 }), options),
    );
    return { items: credentialProviders.map(describeCommon), nextToken };
  });
}

/** @returns false where there was nothing to delete */
export async function deleteApiKeyCredentialProvider(aws: Connection, name: string, signal?: AbortSignal): Promise<boolean> {
  const { client, commands } = await aws.control();
  try {
    await call({ operation: 'DeleteApiKeyCredentialProvider', provider: name }, signal, (options) =>
      client.send(new commands.DeleteApiKeyCredentialProvider({ name }), options),
    );
    return true;
  } catch (error) {
    if (isCode(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

function keyFields({ apiKey, secret }: ApiKeySource) {
  if (apiKey !== undefined && secret === undefined) {
    if (apiKey !== '') return { apiKey };
    throw new IdentityError(
      'INVALID_ARGUMENT',
      'apiKey is empty: an API key was expected. Is the environment variable that it comes from set?',
    );
  }
  if (secret !== undefined && apiKey === undefined) return { apiKeySecretSource: 'EXTERNAL' as const, apiKeySecretConfig: secret };
  throw new IdentityError(
    'INVALID_ARGUMENT',
    'Either apiKey or secret is expected: the key itself, or the secret of Secrets Manager that holds it.',
  );
}

interface Described {
  name: string | undefined;
  credentialProviderArn: string | undefined;
  createdTime?: Date | undefined;
  lastUpdatedTime?: Date | undefined;
}

function describe(output: Described & { apiKeySecretArn: { secretArn: string | undefined } | undefined }): ApiKeyCredentialProvider {
  return { ...describeCommon(output), secretArn: output.apiKeySecretArn?.secretArn ?? '' };
}

function describeCommon({ name = '', credentialProviderArn = '', createdTime, lastUpdatedTime }: Described) {
  return { name, credentialProviderArn, ...(createdTime && { createdTime }), ...(lastUpdatedTime && { lastUpdatedTime }) };
}
