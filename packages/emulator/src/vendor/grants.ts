import type { Provider } from 'oidc-provider';
import type { Store } from '../store/open-store.ts';
import { readAll } from './create-adapter.ts';

export interface GivenPermission {
  id: string;
  clientId: string;
  scopes: string[];
  /** Seconds since 1970. */
  since: number;
}

/** What a user has allowed, to whom, and has not taken back. */
export function listGrants(store: Store, now: Date, accountId: string): GivenPermission[] {
  return readAll(store, now, 'Grant')
    .filter((grant) => grant.accountId === accountId && grant.jti !== undefined)
    .map((grant) => {
      const { openid, resources = {} } = grant as { openid?: { scope?: string }; resources?: Record<string, string> };
      const scopes = [openid?.scope ?? '', ...Object.values(resources)].flatMap((scope) => scope.split(' '));
      return {
        id: grant.jti!,
        clientId: grant.clientId ?? '',
        scopes: [...new Set(scopes)].filter((scope) => scope !== ''),
        since: grant.iat ?? 0,
      };
    })
    .sort((a, b) => a.since - b.since);
}

/** Takes a permission back, with every token that stands for it. */
export async function revokeGrant(provider: Provider, grantId: string): Promise<void> {
  const grant = await provider.Grant.find(grantId);
  await grant?.destroy();
  await Promise.all(
    [provider.RefreshToken, provider.AuthorizationCode, provider.AccessToken].map((model) => model.revokeByGrantId(grantId)),
  );
}
