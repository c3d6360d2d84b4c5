import type { Filter } from '@aws-sdk/client-secrets-manager';
import type { SecretItem } from './secret.ts';

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Whether a secret is one of those that a filter wants; a value that starts with `!` excludes. Names and tags begin with the value, in its
 * case; of descriptions, and of `all`, each word of the value begins a word, in any case.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
 */
export function matches(secret: SecretItem, { Key: key = 'all', Values: values = [] }: Filter): boolean {
  const fields = fieldsOf(secret, key);
  const has = key === 'description' || key === 'all' ? hasWords : hasPrefix;
  return values.some((value) => {
    const negated = value.startsWith('!');
    return has(fields, negated ? value.slice(1) : value) !== negated;
  });
}

function hasPrefix(fields: readonly string[], prefix: string): boolean {
  return fields.some((field) => field.startsWith(prefix));
}

function hasWords(fields: readonly string[], value: string): boolean {
  const words = fields.flatMap(wordsOf);
  return wordsOf(value).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function fieldsOf({ name, description = '', tags = [], owningService = '' }: SecretItem, key: string): string[] {
  const fields: Record<string, string[]> = {
    name: [name],
    description: [description],
    'tag-key': tags.map((tag) => tag.Key),
    'tag-value': tags.map((tag) => tag.Value),
    // Only replicated secrets have one.
    'primary-region': [],
    'owning-service': [owningService],
  };
  return fields[key] ?? Object.values(fields).flat();
}
