import type { CreateOauth2CredentialProviderCommandInput } from '@aws-sdk/client-bedrock-agentcore-control';
import { isTrustedUrl } from '../../../loopback-url.ts';
import { validation } from '../errors.ts';
import type { Oauth2ProviderConfig } from './provider.ts';

type ConfigInput = NonNullable<CreateOauth2CredentialProviderCommandInput['oauth2ProviderConfigInput']>;
type Vendor = NonNullable<CreateOauth2CredentialProviderCommandInput['credentialProviderVendor']>;
type CustomInput = NonNullable<ConfigInput['customOauth2ProviderConfig']>;
type IncludedInput = NonNullable<ConfigInput['includedOauth2ProviderConfig']>;
type MicrosoftInput = NonNullable<ConfigInput['microsoftOauth2ProviderConfig']>;
type ConfigMember = Exclude<keyof ConfigInput, '$unknown'>;

/** Vendors with a configuration of their own. Every other one of the enum takes the one of the vendors that are `included`. */
const OWN_MEMBERS: Readonly<Record<string, ConfigMember>> = {
  AtlassianOauth2: 'atlassianOauth2ProviderConfig',
  CustomOauth2: 'customOauth2ProviderConfig',
  GithubOauth2: 'githubOauth2ProviderConfig',
  GoogleOauth2: 'googleOauth2ProviderConfig',
  LinkedinOauth2: 'linkedinOauth2ProviderConfig',
  MicrosoftOauth2: 'microsoftOauth2ProviderConfig',
  SalesforceOauth2: 'salesforceOauth2ProviderConfig',
  SlackOauth2: 'slackOauth2ProviderConfig',
};

/** Which member of the union configures a vendor. */
export function configMember(vendor: string): ConfigMember {
  return OWN_MEMBERS[vendor] ?? 'includedOauth2ProviderConfig';
}

export interface GivenConfig {
  config: Oauth2ProviderConfig;
  /** The member as it was given, for what concerns the client secret. */
  secret: Pick<CustomInput, 'clientSecret' | 'clientSecretConfig' | 'clientSecretSource'>;
  member: string;
}

/** What a caller configured, checked against its vendor. Throws ValidationException for the member of another vendor. */
export function givenConfig(vendor: Vendor, input: ConfigInput): GivenConfig {
  const member = configMember(vendor);
  const [given] = Object.keys(input);
  if (given !== member)
    throw validation(
      `The vendor ${vendor} is configured by ${member}, but ${given ?? 'nothing'} was given.`,
      `oauth2ProviderConfigInput.${member}`,
    );
  const config = input[member] as CustomInput & IncludedInput & Pick<MicrosoftInput, 'tenantId'>;
  const at = (name: string) => `oauth2ProviderConfigInput.${member}.${name}`;
  if (!config.clientId) throw validation(`clientId is required for ${vendor}.`, at('clientId'));
  const common = { clientId: config.clientId };
  const answer = (more: Partial<Oauth2ProviderConfig>) => ({ config: { ...common, ...more }, secret: config, member });
  if (vendor === 'CustomOauth2') return answer(customConfig(config, at));
  if (vendor === 'MicrosoftOauth2') return answer(config.tenantId === undefined ? {} : { tenantId: config.tenantId });
  return answer(includedConfig(config, at));
}

function customConfig(config: CustomInput, at: (name: string) => string): Partial<Oauth2ProviderConfig> {
  const method = config.clientAuthenticationMethod;
  if (method === 'AWS_IAM_ID_TOKEN_JWT' || method === 'PRIVATE_KEY_JWT')
    throw validation(`clientAuthenticationMethod ${method} is not supported by this emulator yet.`, at('clientAuthenticationMethod'));
  const exchange = config.onBehalfOfTokenExchangeConfig;
  const actor = exchange?.tokenExchangeGrantTypeConfig;
  if (exchange?.grantType === 'TOKEN_EXCHANGE' && actor === undefined)
    throw validation(
      'tokenExchangeGrantTypeConfig is required when grantType is TOKEN_EXCHANGE.',
      at('onBehalfOfTokenExchangeConfig.tokenExchangeGrantTypeConfig'),
    );
  if (exchange?.grantType === 'JWT_AUTHORIZATION_GRANT' && actor !== undefined)
    throw validation(
      'tokenExchangeGrantTypeConfig is not allowed when grantType is JWT_AUTHORIZATION_GRANT.',
      at('onBehalfOfTokenExchangeConfig.tokenExchangeGrantTypeConfig'),
    );
  if (actor?.actorTokenContent === 'AWS_IAM_ID_TOKEN_JWT')
    throw validation(
      'actorTokenContent AWS_IAM_ID_TOKEN_JWT is not supported by this emulator yet. Use NONE or M2M.',
      at('onBehalfOfTokenExchangeConfig.tokenExchangeGrantTypeConfig.actorTokenContent'),
    );
  if (actor?.actorTokenContent !== 'M2M' && actor?.actorTokenScopes !== undefined)
    throw validation(
      'actorTokenScopes is only allowed when actorTokenContent is M2M.',
      at('onBehalfOfTokenExchangeConfig.tokenExchangeGrantTypeConfig.actorTokenScopes'),
    );
  const { discoveryUrl, authorizationServerMetadata: metadata } = config.oauthDiscovery!;
  if (discoveryUrl !== undefined) checkUrl(discoveryUrl, at('oauthDiscovery.discoveryUrl'));
  for (const name of ['issuer', 'authorizationEndpoint', 'tokenEndpoint'] as const) {
    if (metadata) checkUrl(metadata[name] ?? '', at(`oauthDiscovery.authorizationServerMetadata.${name}`));
  }
  return {
    discovery: config.oauthDiscovery as NonNullable<Oauth2ProviderConfig['discovery']>,
    ...(method === undefined ? {} : { clientAuthenticationMethod: method }),
    ...(exchange === undefined ? {} : { onBehalfOf: exchange as NonNullable<Oauth2ProviderConfig['onBehalfOf']> }),
  };
}

/** A vendor with tenants may be given the endpoints of one; all of them, or none. */
function includedConfig(config: IncludedInput, at: (name: string) => string): Partial<Oauth2ProviderConfig> {
  const { issuer, authorizationEndpoint, tokenEndpoint } = config;
  const given = { issuer, authorizationEndpoint, tokenEndpoint };
  if (Object.values(given).every((value) => value === undefined)) return {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined)
      throw validation(`${name} is required when one of issuer, authorizationEndpoint and tokenEndpoint is given.`, at(name));
    checkUrl(value, at(name));
  }
  return { discovery: { authorizationServerMetadata: given as { issuer: string; authorizationEndpoint: string; tokenEndpoint: string } } };
}

function checkUrl(url: string, field: string): void {
  if (!isTrustedUrl(url))
    throw validation(`'${url.slice(0, 256)}' is not a URL that can be used: expected https, or http on this machine.`, field);
}
