import type { AwsError } from '../../../gateway/aws-error.ts';
import type { OperationContext } from '../../../gateway/operation.ts';
import { validation } from '../errors.ts';
import { isFresh, toVaultToken } from './freshness.ts';
import { readClientSecret, type Oauth2ProviderItem } from './provider.ts';
import { requestToken } from './request-token.ts';
import { findToken, saveToken, vaultId, type VaultKey } from './vault.ts';
import { VendorError, vendorFailure } from './vendor-error.ts';

type Parameter = readonly [string, string];

export interface GrantRequest {
  provider: Oauth2ProviderItem;
  key: VaultKey;
  customParameters: Readonly<Record<string, string>>;
  /** Requests a new token, whatever the vault holds. */
  force: boolean;
}

/** The provider and the other members of the input say these; a custom parameter must not. */
const RESERVED = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'actor_token',
  'actor_token_type',
];

/** A token for the workload itself, by client credentials (RFC 6749, section 4.4), from the vault while it lasts. */
export function machineToMachine(request: GrantRequest, context: OperationContext): Promise<string> {
  const refused = (error: VendorError) => {
    const words = vendorFailure(request.provider.name, error);
    if (error.code === 'unreachable') return words;
    // AWS does not pass the vendor's reason on. Here it is at least in the emulator's log.
    context.emulator.notice(words.message);
    return validation('Error parsing ClientCredentials response');
  };
  return cachedGrant(request, context, () => withTargets([['grant_type', 'client_credentials']], request), refused);
}

/** Completes a token request with scopes, resources (RFC 8707), audiences, and the custom parameters that replace none of the service's own. */
export function withTargets(
  grant: readonly Parameter[],
  { key: { scopes, resources, audiences }, customParameters }: GrantRequest,
): Parameter[] {
  const own: Parameter[] = [
    ...grant,
    ...(scopes.length > 0 ? [['scope', scopes.join(' ')] as const] : []),
    ...resources.map((resource) => ['resource', resource] as const),
    ...audiences.map((audience) => ['audience', audience] as const),
  ];
  const taken = new Set([...own.map(([name]) => name), ...RESERVED]);
  return [...own, ...Object.entries(customParameters).filter(([name]) => !taken.has(name))];
}

/** One request to the vendor for all who ask for the same token at the same time, and none while it is fresh. */
export function cachedGrant(
  { provider, key, force }: GrantRequest,
  { emulator: { store, oauth2, now } }: OperationContext,
  parameters: () => Parameter[] | Promise<Parameter[]>,
  failureOf: (error: VendorError) => AwsError = (error) => vendorFailure(provider.name, error),
): Promise<string> {
  const kept = force ? undefined : findToken(store, key);
  if (kept && isFresh(kept, now())) return Promise.resolve(kept.accessToken);
  return oauth2.once(`grant ${key.accountId} ${key.region} ${vaultId(key)}`, async () => {
    try {
      const client = { clientId: provider.config.clientId, clientSecret: readClientSecret(store, key, provider) };
      const answer = await requestToken(await oauth2.endpointsOf(provider), client, await parameters());
      // Such a grant is repeated, not refreshed.
      const { refreshToken: _unused, ...token } = toVaultToken(answer, now());
      saveToken(store, key, token);
      return answer.accessToken;
    } catch (error) {
      throw error instanceof VendorError ? failureOf(error) : error;
    }
  });
}
