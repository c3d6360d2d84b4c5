import { compilePolicy } from '../../iam/compile-policy.ts';
import type { DocumentKind } from '../../iam/types.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { bindPrincipals, showPolicy } from '../iam/principals/bind-principals.ts';

export const RESOURCE_POLICY = 'resource-policy';
/** Runtimes, their endpoints, secrets, and repositories: nothing else of what is here can have a policy of its own. */
const HAS_POLICY =
  /^arn:aws[a-z-]*:(?:bedrock-agentcore:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):runtime\/[^/]+(?:\/runtime-endpoint\/[^/]+)?|secretsmanager:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):secret:.+|ecr:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):repository\/.+)$/;

interface ResourcePolicyItem {
  /** As it was given. */
  policy: string;
  /** The one that decides. Absent of what an older version saved. */
  bound?: string;
  ids?: Readonly<Record<string, string>>;
}

/** The policy that hangs on a resource, as JSON, whoever's it is, as it is read back. */
export function findResourcePolicy(store: Store, arn: string): string | undefined {
  const item = findItem(store, arn);
  return item && showPolicy(store, { document: item.policy, ids: item.ids ?? {} });
}

/** The same policy as it decides: bound to the very roles and users that it named when it was saved. */
export function decidingResourcePolicy(store: Store, arn: string): string | undefined {
  const item = findItem(store, arn);
  return item && (item.bound ?? item.policy);
}

/**
 * Compiles and saves a policy.
 * @throws PolicyError if it is malformed, or names a role or a user that does not exist.
 */
export function saveResourcePolicy(store: Store, arn: string, policy: string): void {
  const scope = scopeOf(arn);
  if (!scope) throw new Error(`${arn} cannot have a policy`);
  compilePolicy(policy, kindOfPolicy(arn));
  const { bound, ids } = bindPrincipals(store, policy);
  store.items.put(RESOURCE_POLICY, scope, arn, { policy, bound, ids } satisfies ResourcePolicyItem);
}

function findItem(store: Store, arn: string): ResourcePolicyItem | undefined {
  const scope = scopeOf(arn);
  return scope && store.items.get<ResourcePolicyItem>(RESOURCE_POLICY, scope, arn);
}

export function removeResourcePolicy(store: Store, arn: string): void {
  const scope = scopeOf(arn);
  if (scope) store.items.delete(RESOURCE_POLICY, scope, arn);
}

/** As what the policy of a resource is read. */
export function kindOfPolicy(arn: string): DocumentKind {
  return arn.split(':', 3)[2] === 'ecr' ? 'repository' : 'resource';
}

function scopeOf(arn: string): Scope | undefined {
  const { region, accountId } = HAS_POLICY.exec(arn)?.groups ?? {};
  return region && accountId ? { accountId, region } : undefined;
}
