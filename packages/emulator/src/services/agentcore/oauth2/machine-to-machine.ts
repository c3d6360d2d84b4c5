import type { OperationContext } from '../../../gateway/operation.ts';
import { isFresh, toVaultToken } from './freshness.ts';
import { readClientSecret, type Oauth2ProviderItem } from './provider.ts';
import { requestToken } from './request-token.ts';
import { findToken, saveToken, vaultId, type VaultKey } from './vault.ts';
import { VendorError, vendorFailure } from './vendor-error.ts';

type Parameter = readonly [string, string];

/** A token for the workload itself, by client credentials (RFC 6749, section 4.4), from the vault while it lasts. */
export function machineToMachine(provider: Oauth2ProviderItem, key: VaultKey, force: boolean, context: OperationContext): Promise<string> {
  return cachedGrant(provider, key, force, context, () => [['grant_type', 'client_credentials'], ...targets(key)]);
}

/** Scopes, resources (RFC 8707) and audiences of a token request. */
export function targets({ scopes, resources, audiences }: Pick<VaultKey, 'scopes' | 'resources' | 'audiences'>): Parameter[] {
  return [
    ...(scopes.length > 0 ? [['scope', scopes.join(' ')] as const] : []),
    ...resources.map((resource) => ['resource', resource] as const),
    ...audiences.map((audience) => ['audience', audience] as const),
  ];
}

/** One request to the vendor for all who ask for the same token at the same time, and none while it is fresh. */
export function cachedGrant(
  provider: Oauth2ProviderItem,
  key: VaultKey,
  force: boolean,
  { emulator: { store, oauth2, now } }: OperationContext,
  parameters: () => Parameter[] | Promise<Parameter[]>,
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
      throw error instanceof VendorError ? vendorFailure(provider.name, error) : error;
    }
  });
}
