import type { Tag } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import type { RepositoryItem } from '../../registry/repository.ts';

type StoredTag = RepositoryItem['tags'][number];

const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags after `added` were set over `existing`. Throws ECR's errors for tags that it does not take. */
export function mergeTags(existing: readonly StoredTag[], added: readonly Tag[]): StoredTag[] {
  const keys = new Set(added.map(({ Key: key = '' }) => key));
  if (keys.size !== added.length) throw invalid('Duplicate tag keys found.');
  for (const { Key: key = '', Value: value = '' } of added) checkTag(key, value);
  const merged = [
    ...existing.filter(({ Key: key }) => !keys.has(key)),
    ...added.map(({ Key: key = '', Value: value = '' }) => ({ Key: key, Value: value })),
  ];
  if (merged.length > MAX_TAGS)
    throw new AwsError(
      'TooManyTagsException',
      400,
      `The number of tags, ${merged.length}, is more than the ${MAX_TAGS} that a repository can have.`,
    );
  return merged;
}

function checkTag(key: string, value: string): void {
  if (key.length === 0 || key.length > 128) throw invalid('Tag keys must have between 1 and 128 characters.');
  if (value.length > 256) throw invalid(`The value of the tag '${key}' has more than 256 characters.`);
  if (key.toLowerCase().startsWith('aws:')) throw invalid(`The tag key '${key}' starts with aws:, which is reserved.`);
  if (!ALLOWED.test(key) || !ALLOWED.test(value)) throw invalid(`The tag '${key}' has characters that tags cannot have.`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidTagParameterException', 400, message);
}
