import type { StepName } from '../agent/events.ts';
import { ownerTag } from '../agent/names.ts';
import type { Run } from '../agent/run.ts';
import { DeployError } from '../errors.ts';

export type Tags = Readonly<Record<string, string>>;

/** The tags of everything that this agent's deployment makes. */
export function tagsOf({ definition: { name, tags = {} } }: Run): Record<string, string> {
  return { ...tags, [ownerTag]: name };
}

/** As ECR and IAM take them. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * Whether this package made it for this agent: its tag says so. Where tags are taken off again (some organizations do
 * that), the journal of the run that made it does.
 */
export function isOurs(run: Run, step: StepName, tags: Tags, createdAt?: Date): boolean {
  const owner = tags[ownerTag];
  if (owner !== undefined) return owner === run.definition.name;
  return run.journal?.made({ account: run.account, region: run.region, agent: run.definition.name }, step, createdAt) ?? false;
}

/** Tags that are not as described. Tags that somebody else put there (cost allocation, for instance) are left alone. */
export function missingTags(run: Run, tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tagsOf(run)).filter(([key, value]) => tags[key] !== value));
}

/** What takes tags back that are about to be written over `present`: the values that there were, and the keys that there were not. */
export function formerTags(written: Tags, present: Tags): { before: Record<string, string>; added: string[] } {
  const keys = Object.keys(written);
  return {
    before: Object.fromEntries(keys.flatMap((key) => (present[key] === undefined ? [] : [[key, present[key]] as const]))),
    added: keys.filter((key) => present[key] === undefined),
  };
}

/** Refuses to touch what somebody else made, unless the definition says `adopt`. */
export function assertOurs(run: Run, step: StepName, what: string, tags: Tags, createdAt?: Date): void {
  if (isOurs(run, step, tags, createdAt) || run.definition.adopt) return;
  const owner = tags[ownerTag];
  throw new DeployError(
    'NOT_OURS',
    `${what} exists already and ${owner ? `belongs to the agent "${owner}"` : 'was not made by this package'}. Choose another name, delete it, or set \`adopt: true\` to take it over.`,
  );
}

export const notOurs = 'it was not made by this package (its owner tag is missing); set `adopt: true` to have it deleted';
