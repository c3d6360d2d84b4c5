import type { GetResourceOauth2TokenCommandInput } from '@aws-sdk/client-bedrock-agentcore';
import { IdentityError } from '../errors.ts';

/** How the agent gets its token: as itself, with a user's consent, or by exchanging the user's own token (RFC 8693). */
export type AuthFlow = 'M2M' | 'USER_FEDERATION' | 'ON_BEHALF_OF_TOKEN_EXCHANGE';

const FLOWS: readonly string[] = ['M2M', 'USER_FEDERATION', 'ON_BEHALF_OF_TOKEN_EXCHANGE'] satisfies AuthFlow[];

/** What a token is asked with: the parameters that go over the wire. */
export interface TokenParameters {
  /** Name of the OAuth2 credential provider. */
  providerName: string;
  authFlow: AuthFlow;
  /** OAuth scopes, each 1 to 128 characters. Default: none. */
  scopes?: readonly string[];
  /** Target resources (RFC 8707), each at most 2048 characters. */
  resources?: readonly string[];
  /** Intended recipients of the token, each at most 2048 characters. */
  audiences?: readonly string[];
  /** Where the browser comes back to after consent; the workload identity must allow it. Default: the `OAuth2CallbackUrl` header of the request. */
  callbackUrl?: string;
  /** Asks the user again, even where the vault has a token. Default: false. */
  forceAuthentication?: boolean;
  /** Comes back to `callbackUrl`: protects it against forged requests. 1 to 4096 characters. */
  customState?: string;
  /** More parameters for the vendor's authorization endpoint, e.g. `{ access_type: 'offline' }`. They override no standard one. */
  customParameters?: Readonly<Record<string, string>>;
}

/**
 * The body of GetResourceOauth2Token: four fields always, each of the others only where it holds something, because the service refuses empty ones.
 *
 * @throws IdentityError INVALID_ARGUMENT for an unknown flow
 */
export function tokenRequest(parameters: TokenParameters, workloadIdentityToken: string): GetResourceOauth2TokenCommandInput {
  const {
    providerName,
    authFlow,
    scopes = [],
    resources = [],
    audiences = [],
    callbackUrl,
    forceAuthentication,
    customState,
    customParameters = {},
  } = parameters;
  if (!FLOWS.includes(authFlow)) {
    throw new IdentityError('INVALID_ARGUMENT', `authFlow is ${JSON.stringify(authFlow)}, but must be one of ${FLOWS.join(', ')}.`);
  }
  return {
    resourceCredentialProviderName: providerName,
    scopes: [...scopes],
    oauth2Flow: authFlow,
    workloadIdentityToken,
    ...(resources.length > 0 && { resources: [...resources] }),
    ...(audiences.length > 0 && { audiences: [...audiences] }),
    ...(callbackUrl && { resourceOauth2ReturnUrl: callbackUrl }),
    ...(forceAuthentication && { forceAuthentication }),
    ...(customState && { customState }),
    ...(Object.keys(customParameters).length > 0 && { customParameters: { ...customParameters } }),
  };
}
