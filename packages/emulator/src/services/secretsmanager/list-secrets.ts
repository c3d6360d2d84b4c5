import type { ListSecretsCommandInput, ListSecretsCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { decodeToken, encodeToken } from '../page.ts';
import { describe } from './describe-secret.ts';
import { matches } from './match-filter.ts';
import { SECRET, type SecretItem } from './secret.ts';

export const listSecrets = defineOperation<ListSecretsCommandInput, ListSecretsCommandOutput>({
  handle(input, { emulator, accountId, region }) {
    const { MaxResults: limit = 100, NextToken: token, Filters: filters = [], IncludePlannedDeletion: withDeleted = false } = input;
    const { SortBy: by = 'created-date', SortOrder: order = 'asc' } = input;
    const direction = order === 'asc' ? 1 : -1;
    const kind = `${SECRET} ${by} ${order}`;
    // By its rank, not by its place: the secret that a token was made for may be gone.
    const after = token === undefined ? undefined : decodeToken(token, kind, badToken);
    const ranked = emulator.store.items
      .list<SecretItem>(SECRET, { accountId, region })
      .map(({ value }) => ({ rank: rankOf(value, by), secret: value }))
      .toSorted((one, other) => direction * compare(one.rank, other.rank))
      .filter(({ rank }) => after === undefined || direction * compare(rank, after) > 0);
    const page = ranked.slice(0, limit);
    const shown = page
      .map(({ secret }) => secret)
      .filter((secret) => (withDeleted || secret.deletedDate === undefined) && filters.every((filter) => matches(secret, filter)));
    return { SecretList: shown.map(describe), NextToken: page.length < ranked.length ? encodeToken(kind, page.at(-1)!.rank) : undefined };
  },
});

export function badToken(): AwsError {
  return new AwsError('InvalidNextTokenException', 400, 'The NextToken value is invalid.');
}

/** What secrets are sorted by. Names make it unique. */
function rankOf(secret: SecretItem, by: NonNullable<ListSecretsCommandInput['SortBy']>): string {
  const { name, createdDate, lastChangedDate, lastAccessedDate = '' } = secret;
  const key = { 'created-date': createdDate, 'last-changed-date': lastChangedDate, 'last-accessed-date': lastAccessedDate, name: '' }[by];
  return `${key} ${name}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
