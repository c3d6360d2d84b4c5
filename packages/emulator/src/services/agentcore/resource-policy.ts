import type { DocumentKind } from '../../iam/types.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';

export const RESOURCE_POLICY = 'resource-policy';
/** Runtimes, their endpoints, secrets, and repositories: nothing else of what is here can have a policy of its own. */
const HAS_POLICY =
  /^arn:aws:(?:bedrock-agentcore:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):runtime\/[^/]+(?:\/runtime-endpoint\/[^/]+)?|secretsmanager:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):secret:.+|ecr:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):repository\/.+)$/;

/** The policy that hangs on a resource, as JSON, whoever's it is. */
export function findResourcePolicy(store: Store, arn: string): string | undefined {
  const scope = scopeOf(arn);
  return scope && store.items.get<{ policy: string }>(RESOURCE_POLICY, scope, arn)?.policy;
}

export function saveResourcePolicy(store: Store, arn: string, policy: string): void {
  const scope = scopeOf(arn);
  if (!scope) throw new Error(`${arn} cannot have a policy`);
  store.items.put(RESOURCE_POLICY, scope, arn, { policy });
}

export function removeResourcePolicy(store: Store, arn: string): void {
  const scope = scopeOf(arn);
  if (scope) store.items.delete(RESOURCE_POLICY, scope, arn);
}

/** As what the policy of a resource is read. */
export function kindOfPolicy(arn: string): DocumentKind {
  return arn.startsWith('arn:aws:ecr:') ? 'repository' : 'resource';
}

function scopeOf(arn: string): Scope | undefined {
  const { region, accountId } = HAS_POLICY.exec(arn)?.groups ?? {};
  return region && accountId ? { accountId, region } : undefined;
}
