import type {
  CreateOauth2CredentialProviderCommandInput,
  GetOauth2CredentialProviderCommandOutput,
  Oauth2AuthorizationServerMetadata,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { EmulatorServices } from '../../../emulator-services.ts';
import type { OperationContext } from '../../../gateway/operation.ts';
import type { Scope } from '../../../store/items.ts';
import type { Store } from '../../../store/open-store.ts';
import { findSecret, findVersion, readVersion } from '../../secretsmanager/secret.ts';
import { oauth2ProviderArn, tokenVaultArn } from '../arns.ts';
import { notFound, validation } from '../errors.ts';
import { configMember } from './vendor-config.ts';

export const OAUTH2_PROVIDER = 'oauth2-provider';

/** The JSON member that holds the client secret in a secret that the service manages. */
export const CLIENT_SECRET_JSON_KEY = 'client_secret';

type Metadata = Oauth2AuthorizationServerMetadata;
type Endpoint = 'issuer' | 'authorizationEndpoint' | 'tokenEndpoint';
export type AuthorizationServerMetadata = { [Name in Endpoint]: NonNullable<Metadata[Name]> } & Omit<Metadata, Endpoint>;

export interface Oauth2ProviderConfig {
  clientId: string;
  /** Absent for a built-in vendor: the emulator's `vendors` say where it is. */
  discovery?: { discoveryUrl: string } | { authorizationServerMetadata: AuthorizationServerMetadata };
  tenantId?: string;
  clientAuthenticationMethod?: 'CLIENT_SECRET_BASIC' | 'CLIENT_SECRET_POST';
  onBehalfOf?: {
    grantType: 'TOKEN_EXCHANGE' | 'JWT_AUTHORIZATION_GRANT';
    tokenExchangeGrantTypeConfig?: { actorTokenContent: 'NONE' | 'M2M' | 'AWS_IAM_ID_TOKEN_JWT'; actorTokenScopes?: string[] };
  };
}

export interface Oauth2ProviderItem {
  name: string;
  /** Names the callback URL. A provider that is deleted and made again has another one, and none of the old one's tokens. */
  uuid: string;
  vendor: NonNullable<CreateOauth2CredentialProviderCommandInput['credentialProviderVendor']>;
  config: Oauth2ProviderConfig;
  secretArn: string;
  source: 'MANAGED' | 'EXTERNAL';
  /** Which member of the secret's JSON holds the client secret; an external secret only. */
  jsonKey?: string;
  createdTime: string;
  lastUpdatedTime: string;
  tags: Record<string, string>;
}

export function findOauth2Provider(store: Store, scope: Scope, name: string): Oauth2ProviderItem | undefined {
  return store.items.get<Oauth2ProviderItem>(OAUTH2_PROVIDER, scope, name);
}

export function requireOauth2Provider({ emulator, accountId, region }: OperationContext, name: string): Oauth2ProviderItem {
  const provider = findOauth2Provider(emulator.store, { accountId, region }, name);
  if (!provider) throw notFound('CredentialProvider not found');
  return provider;
}

export function oauth2ProviderResources(scope: Scope, name: string): string[] {
  return [tokenVaultArn(scope), oauth2ProviderArn(scope, name)];
}

export function callbackUrl({ endpoint }: Pick<EmulatorServices, 'endpoint'>, provider: Oauth2ProviderItem): string {
  return `${endpoint}/identities/oauth2/callback/${provider.uuid}`;
}

/** The client secret. Only for the service's own use: callers never get it in an answer. */
export function readClientSecret(store: Store, scope: Scope, provider: Oauth2ProviderItem): string {
  const secret = findSecret(store, scope, provider.secretArn);
  if (!secret || secret.deletedDate !== undefined)
    throw notFound(`The secret of credential provider '${provider.name}' does not exist any more.`);
  const value = readVersion(store, secret, findVersion(secret, {})[1]);
  const key = provider.jsonKey ?? CLIENT_SECRET_JSON_KEY;
  const text = 'string' in value ? jsonMember(value.string, key) : undefined;
  if (text === undefined) throw validation(`The secret of credential provider '${provider.name}' has no text at the JSON key '${key}'.`);
  return text;
}

function jsonMember(json: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

type Described = Omit<GetOauth2CredentialProviderCommandOutput, '$metadata'>;

export function describeOauth2Provider(emulator: EmulatorServices, scope: Scope, provider: Oauth2ProviderItem): Described {
  const { clientId, clientAuthenticationMethod, onBehalfOf } = provider.config;
  const output = {
    oauthDiscovery: emulator.oauth2.discoveryOf(provider),
    clientId,
    ...(clientAuthenticationMethod === undefined ? {} : { clientAuthenticationMethod }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOfTokenExchangeConfig: onBehalfOf }),
  };
  return {
    name: provider.name,
    credentialProviderArn: oauth2ProviderArn(scope, provider.name),
    credentialProviderVendor: provider.vendor,
    clientSecretArn: { secretArn: provider.secretArn },
    clientSecretSource: provider.source,
    ...(provider.jsonKey === undefined ? {} : { clientSecretJsonKey: provider.jsonKey }),
    callbackUrl: callbackUrl(emulator, provider),
    oauth2ProviderConfigOutput: { [configMember(provider.vendor)]: output } as unknown as NonNullable<
      Described['oauth2ProviderConfigOutput']
    >,
    createdTime: new Date(provider.createdTime),
    lastUpdatedTime: new Date(provider.lastUpdatedTime),
    status: 'READY',
  };
}
