import { findAgentCore } from './find-agentcore.ts';
import { findBuckets, findLogGroups, findRepositories, findRoles, findSecrets } from './find-others.ts';
import type { Tagged } from './tagged.ts';

/** Which comes first when all are deleted: what uses others before what is used. */
const ORDER: readonly Tagged['kind'][] = [
  'runtime',
  'role',
  'repository',
  'API-key provider',
  'OAuth2 provider',
  'workload identity',
  'secret',
  'bucket',
  'log group',
];

/** Everything in one account and region that bears the tag of a run, in the order in which it can be deleted. */
export async function findTagged({ region }: { region: string }): Promise<Tagged[]> {
  const found = await Promise.all(
    [findAgentCore, findRoles, findRepositories, findSecrets, findBuckets, findLogGroups].map((find) => find(region)),
  );
  return found.flat().sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.id < b.id ? -1 : 1));
}
