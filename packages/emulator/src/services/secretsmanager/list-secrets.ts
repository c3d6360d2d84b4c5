import type { Filter, ListSecretsCommandInput, ListSecretsCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { listPage } from '../page.ts';
import { describe } from './describe-secret.ts';
import { SECRET, type SecretItem } from './secret.ts';

export const listSecrets = defineOperation<ListSecretsCommandInput, ListSecretsCommandOutput>({
  handle(
    { MaxResults: limit = 100, NextToken: token, Filters: filters = [], IncludePlannedDeletion: withDeleted = false },
    { emulator, accountId, region },
  ) {
    const page = listPage<SecretItem>(emulator.store, SECRET, { accountId, region }, { limit, token, badToken });
    const shown = page.items
      .map((item) => item.value)
      .filter((secret) => (withDeleted || secret.deletedDate === undefined) && filters.every((filter) => matches(secret, filter)));
    return { SecretList: shown.map(describe), NextToken: page.nextToken };
  },
});

export function badToken(): AwsError {
  return new AwsError('InvalidNextTokenException', 400, 'The NextToken value is invalid.');
}

/** Values are prefixes; one that starts with `!` excludes. */
export function matches(secret: SecretItem, { Key: key, Values: values = [] }: Filter): boolean {
  const fields = fieldsOf(secret, key ?? 'all');
  return values.some((value) => {
    const negated = value.startsWith('!');
    const prefix = negated ? value.slice(1) : value;
    return fields.some((field) => field.toLowerCase().startsWith(prefix.toLowerCase())) !== negated;
  });
}

function fieldsOf(secret: SecretItem, key: string): string[] {
  const fields: Record<string, string[]> = {
    name: [secret.name],
    description: [secret.description ?? ''],
    'tag-key': secret.tags.map((tag) => tag.Key),
    'tag-value': secret.tags.map((tag) => tag.Value),
    'owning-service': [secret.owningService ?? ''],
  };
  return fields[key] ?? Object.values(fields).flat();
}
