import type { Tag } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { Principal } from '../../iam/types.ts';

export interface SessionTags {
  /** Those of the request, and those that the calling session hands on. */
  tags: Readonly<Record<string, string>>;
  /** Those of them that go on to the next session. */
  transitive: Readonly<Record<string, string>>;
}

/**
 * The tags that a session gets from the request that starts it, and from the session that calls. Keys are compared without regard to case.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function readSessionTags(given: readonly Tag[], transitiveKeys: readonly string[], caller?: Principal): SessionTags {
  const tags = new Map(given.map(({ Key: key = '', Value: value = '' }) => [key.toLowerCase(), { key, value }]));
  if (tags.size !== given.length) throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  const handedOn = Object.entries(caller?.transitiveTags ?? {});
  if (handedOn.some(([key]) => tags.has(key.toLowerCase())))
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  if (!transitiveKeys.every((key) => tags.has(key.toLowerCase())))
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  const transitive = transitiveKeys.map((key) => tags.get(key.toLowerCase())!);
  const own = [...tags.values()].map(({ key, value }) => [key, value] as const);
  return {
    tags: Object.fromEntries([...handedOn, ...own]),
    transitive: Object.fromEntries([...handedOn, ...transitive.map(({ key, value }) => [key, value] as const)]),
  };
}

/** The tags of a role's session: the role's own, but where the session has its own of that key. */
export function withSessionTags(role: readonly Tag[], session: SessionTags['tags']): Record<string, string> {
  const given = new Set(Object.keys(session).map((key) => key.toLowerCase()));
  const kept = role.flatMap(({ Key: key = '', Value: value = '' }) => (given.has(key.toLowerCase()) ? [] : [[key, value] as const]));
  return { ...Object.fromEntries(kept), ...session };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}
