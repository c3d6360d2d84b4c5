import { createHash } from 'node:crypto';
import type { Scope } from '../../../store/items.ts';
import type { Store } from '../../../store/open-store.ts';
import type { WorkloadUser } from '../workload-token.ts';

export const VAULT_TOKEN = 'oauth2-token';

/** Whose a token is and what it may do. Tokens are never shared between two of these. */
export interface VaultKey extends Scope {
  workloadName: string;
  user?: WorkloadUser | undefined;
  providerUuid: string;
  flow: string;
  scopes: readonly string[];
  resources: readonly string[];
  audiences: readonly string[];
  /** A digest of the custom parameters, which may decide what a token is valid for. Absent without any. */
  custom?: string | undefined;
  /** For an exchanged token: a digest of the token that was exchanged, which may say less or more than another one of the same user. */
  subject?: string;
}

export interface VaultToken {
  accessToken: string;
  refreshToken?: string;
  /** Milliseconds since 1970, a little before the vendor's own; absent for a token that does not end. */
  expiresAt?: number;
}

/** The place of a token in the vault. The same for the same scopes in another order. */
export function vaultId({ workloadName, user, providerUuid, flow, scopes, resources, audiences, custom, subject }: VaultKey): string {
  const who = user === undefined ? null : user.type === 'id' ? ['id', user.userId] : ['jwt', user.issuer, user.subject];
  const sorted = (list: readonly string[]) => [...new Set(list)].sort();
  const parts = [who, flow, sorted(scopes), sorted(resources), sorted(audiences), subject ?? null];
  const what = JSON.stringify(custom === undefined ? parts : [...parts, custom]);
  return `${workloadName}/${providerUuid}/${createHash('sha256').update(what).digest('hex')}`;
}

/** What `VaultKey.custom` is for these parameters, in whatever order. */
export function digestParameters(parameters: Readonly<Record<string, string>>): string | undefined {
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? undefined : createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

export function findToken(store: Store, key: VaultKey): VaultToken | undefined {
  const id = vaultId(key);
  const item = store.items.get<{ sealed: string }>(VAULT_TOKEN, key, id);
  const text = item && store.sealer.open(item.sealed, purpose(key, id));
  return text === undefined ? undefined : (JSON.parse(text) as VaultToken);
}

export function saveToken(store: Store, key: VaultKey, token: VaultToken): void {
  const id = vaultId(key);
  // The place is bound to the text: a token that is moved to another user's place in the file does not open there.
  store.items.put(VAULT_TOKEN, key, id, { sealed: store.sealer.seal(JSON.stringify(token), purpose(key, id)) });
}

export function deleteToken(store: Store, key: VaultKey): void {
  store.items.delete(VAULT_TOKEN, key, vaultId(key));
}

export function deleteTokensOfWorkload(store: Store, scope: Scope, workloadName: string): void {
  for (const { id } of store.items.list(VAULT_TOKEN, scope, { prefix: `${workloadName}/` })) store.items.delete(VAULT_TOKEN, scope, id);
}

export function deleteTokensOfProvider(store: Store, scope: Scope, providerUuid: string): void {
  for (const { id } of store.items.list(VAULT_TOKEN, scope)) {
    if (id.split('/')[1] === providerUuid) store.items.delete(VAULT_TOKEN, scope, id);
  }
}

function purpose({ accountId, region }: Scope, id: string): string {
  return `${VAULT_TOKEN}:${accountId}:${region}:${id}`;
}
