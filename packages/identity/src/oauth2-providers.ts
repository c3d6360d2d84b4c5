import type {
  AtlassianOauth2ProviderConfigInput,
  CredentialProviderVendorType,
  CustomOauth2ProviderConfigInput,
  GithubOauth2ProviderConfigInput,
  GoogleOauth2ProviderConfigInput,
  IncludedOauth2ProviderConfigInput,
  LinkedinOauth2ProviderConfigInput,
  MicrosoftOauth2ProviderConfigInput,
  Oauth2ProviderConfigInput,
  Oauth2ProviderConfigOutput,
  SalesforceOauth2ProviderConfigInput,
  SlackOauth2ProviderConfigInput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { call, type CallOptions } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { isCode } from './is-code.ts';
import { listAll } from './list-all.ts';

/** Every vendor that AgentCore knows; `CustomOauth2` is any other authorization server. */
export type Oauth2Vendor = CredentialProviderVendorType;

/** The vendors with a configuration of their own. All others share one: client id and secret, and endpoints where the vendor has tenants. */
interface ConfigByVendor {
  AtlassianOauth2: AtlassianOauth2ProviderConfigInput;
  CustomOauth2: CustomOauth2ProviderConfigInput;
  GithubOauth2: GithubOauth2ProviderConfigInput;
  GoogleOauth2: GoogleOauth2ProviderConfigInput;
  LinkedinOauth2: LinkedinOauth2ProviderConfigInput;
  MicrosoftOauth2: MicrosoftOauth2ProviderConfigInput;
  SalesforceOauth2: SalesforceOauth2ProviderConfigInput;
  SlackOauth2: SlackOauth2ProviderConfigInput;
}

/** What a provider of that vendor is configured with. */
export type Oauth2VendorConfig<Vendor extends Oauth2Vendor> = Vendor extends keyof ConfigByVendor
  ? ConfigByVendor[Vendor]
  : IncludedOauth2ProviderConfigInput;

/** A provider: its vendor decides what `config` holds. */
export type Oauth2CredentialProviderInput = {
  [Vendor in Oauth2Vendor]: {
    /** 1 to 128 letters, digits, `-` and `_`. */
    name: string;
    vendor: Vendor;
    config: Oauth2VendorConfig<Vendor>;
  };
}[Oauth2Vendor];

/** What AWS tells about a provider: never the client secret. */
export interface Oauth2CredentialProvider {
  name: string;
  credentialProviderArn: string;
  vendor: string;
  /** The redirect URI to register with the vendor: the service's own, one per provider. */
  callbackUrl?: string;
  /** The secret that holds the client secret. */
  clientSecretArn?: string;
  status?: string;
  config?: Oauth2ProviderConfigOutput;
  createdTime?: Date;
  lastUpdatedTime?: Date;
}

const MEMBER_OF: Record<keyof ConfigByVendor, Exclude<keyof Oauth2ProviderConfigInput, '$unknown'>> = {
  AtlassianOauth2: 'atlassianOauth2ProviderConfig',
  CustomOauth2: 'customOauth2ProviderConfig',
  GithubOauth2: 'githubOauth2ProviderConfig',
  GoogleOauth2: 'googleOauth2ProviderConfig',
  LinkedinOauth2: 'linkedinOauth2ProviderConfig',
  MicrosoftOauth2: 'microsoftOauth2ProviderConfig',
  SalesforceOauth2: 'salesforceOauth2ProviderConfig',
  SlackOauth2: 'slackOauth2ProviderConfig',
};

/** The three fields that name a provider on the wire. */
export function oauth2ProviderFields({ name, vendor, config }: Oauth2CredentialProviderInput) {
  const member = vendor in MEMBER_OF ? MEMBER_OF[vendor as keyof ConfigByVendor] : 'includedOauth2ProviderConfig';
  return {
    name,
    credentialProviderVendor: vendor,
    oauth2ProviderConfigInput: { [member]: config } as unknown as Oauth2ProviderConfigInput,
  };
}

export async function createOauth2CredentialProvider(
  aws: Connection,
  input: Oauth2CredentialProviderInput & { tags?: Record<string, string> },
  signal?: AbortSignal,
): Promise<Oauth2CredentialProvider> {
  const { client, commands } = await aws.control();
  const fields = { ...oauth2ProviderFields(input), ...(input.tags && { tags: input.tags }) };
  const subject = { operation: 'CreateOauth2CredentialProvider', provider: input.name, secrets: [input.config.clientSecret] };
  const output = await call(subject, signal, (options) => client.send(new commands.CreateOauth2CredentialProvider(fields), options));
  return describe({ credentialProviderVendor: input.vendor, ...output });
}

export async function updateOauth2CredentialProvider(
  aws: Connection,
  input: Oauth2CredentialProviderInput,
  signal?: AbortSignal,
): Promise<Oauth2CredentialProvider> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'UpdateOauth2CredentialProvider', provider: input.name, secrets: [input.config.clientSecret] };
  return describe(
    await call(subject, signal, (options) =>
      client.send(new commands.UpdateOauth2CredentialProvider(oauth2ProviderFields(input)), options),
    ),
  );
}

export async function getOauth2CredentialProvider(aws: Connection, name: string, signal?: AbortSignal): Promise<Oauth2CredentialProvider> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'GetOauth2CredentialProvider', provider: name };
  return describe(await call(subject, signal, (options) => client.send(new commands.GetOauth2CredentialProvider({ name }), options)));
}

export async function listOauth2CredentialProviders(aws: Connection, { signal }: CallOptions = {}): Promise<Oauth2CredentialProvider[]> {
  const { client, commands } = await aws.control();
  return listAll(async (page) => {
    const subject = { operation: 'ListOauth2CredentialProviders' };
    const { credentialProviders = [], nextToken } = await call(subject, signal, (options) =>
      client.send(new commands.ListOauth2CredentialProviders({ ...page, maxResults: 20 }), options),
    );
    return { items: credentialProviders.map(describe), nextToken };
  });
}

/** @returns false where there was nothing to delete */
export async function deleteOauth2CredentialProvider(aws: Connection, name: string, signal?: AbortSignal): Promise<boolean> {
  const { client, commands } = await aws.control();
  try {
    await call({ operation: 'DeleteOauth2CredentialProvider', provider: name }, signal, (options) =>
      client.send(new commands.DeleteOauth2CredentialProvider({ name }), options),
    );
    return true;
  } catch (error) {
    if (isCode(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

interface Described {
  name: string | undefined;
  credentialProviderArn: string | undefined;
  credentialProviderVendor: string | undefined;
  callbackUrl?: string | undefined;
  clientSecretArn?: { secretArn: string | undefined } | undefined;
  oauth2ProviderConfigOutput?: Oauth2ProviderConfigOutput | undefined;
  status?: string | undefined;
  createdTime?: Date | undefined;
  lastUpdatedTime?: Date | undefined;
}

function describe(output: Described): Oauth2CredentialProvider {
  const {
    name = '',
    credentialProviderArn = '',
    credentialProviderVendor: vendor = '',
    callbackUrl,
    status,
    createdTime,
    lastUpdatedTime,
  } = output;
  const provider: Oauth2CredentialProvider = { name, credentialProviderArn, vendor };
  if (callbackUrl !== undefined) provider.callbackUrl = callbackUrl;
  if (output.clientSecretArn?.secretArn !== undefined) provider.clientSecretArn = output.clientSecretArn.secretArn;
  if (status !== undefined) provider.status = status;
  if (output.oauth2ProviderConfigOutput !== undefined) provider.config = output.oauth2ProviderConfigOutput;
  if (createdTime !== undefined) provider.createdTime = createdTime;
  if (lastUpdatedTime !== undefined) provider.lastUpdatedTime = lastUpdatedTime;
  return provider;
}
