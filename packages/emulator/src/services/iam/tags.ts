import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import { listNames } from './list-names.ts';

const MAX_TAGS = 50;

/** Throws unless the tags of one request are ones that IAM takes together. */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map((tag) => (tag.Key ?? '').toLowerCase());
  if (new Set(keys).size !== keys.length) {
    throw new AwsError('InvalidInput', 400, 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
}

/** The tags after `added` were set over `existing`. */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): Tag[] {
  checkTags(added);
  const replaced = new Set(added.map((tag) => tag.Key));
  const merged = [...existing.filter((tag) => !replaced.has(tag.Key)), ...added];
  if (merged.length > MAX_TAGS)
    throw new AwsError('LimitExceeded', 409, `The number of tags has reached the maximum limit of ${MAX_TAGS}.`);
  return merged;
}

/** A page of tags, in the order of their keys. */
export function listTags(kind: string, tags: readonly Tag[], input: Parameters<typeof listNames>[2]) {
  const byKey = new Map(tags.map((tag) => [tag.Key!, tag]));
  const { names, ...page } = listNames(kind, [...byKey.keys()], input);
  return { Tags: names.map((key) => byKey.get(key)!), ...page };
}

/** The condition keys that say how the resource of a request is tagged. */
export function tagKeys(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(
    tags.flatMap(({ Key: key = '', Value: value = '' }) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
}
