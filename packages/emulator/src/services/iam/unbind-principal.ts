import { RESOURCE_POLICY } from '../agentcore/resource-policy.ts';
import type { Store } from '../../store/open-store.ts';
import { ROLE, type RoleItem } from './role.ts';

/**
 * A policy names roles and users by their ARNs and means those that have them when it is written. When one is deleted, its unique id takes the place
 * of its ARN, in every policy of every account: that is what AWS then shows, and whoever gets the name later is not meant.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @param uniqueId `AROA...` or `AIDA...`
 */
export function unbindPrincipal(store: Store, arn: string, uniqueId: string): void {
  const unbound = (text: string) => unbindIn(text, arn, uniqueId);
  for (const { kind, id, value, ...scope } of store.items.all<{ policy: string }>(RESOURCE_POLICY)) {
    const policy = unbound(value.policy);
    if (policy !== value.policy) store.items.put(kind, scope, id, { ...value, policy });
  }
  for (const { kind, id, value, ...scope } of store.items.all<RoleItem>(ROLE)) {
    const assumeRolePolicyDocument = unbound(value.assumeRolePolicyDocument);
    if (assumeRolePolicyDocument !== value.assumeRolePolicyDocument)
      store.items.put(kind, scope, id, { ...value, assumeRolePolicyDocument });
  }
}

/** `arn:aws:iam::A:role/path/R` has sessions `arn:aws:sts::A:assumed-role/R/S`, which are named too. */
function unbindIn(text: string, arn: string, uniqueId: string): string {
  const [, partition = '', , , accountId = '', path = ''] = arn.split(':');
  const sessions = path.startsWith('role/')
    ? `arn:${partition}:sts::${accountId}:assumed-role/${path.slice(path.lastIndexOf('/') + 1)}/`
    : undefined;
  if (!text.includes(arn) && (sessions === undefined || !text.includes(sessions))) return text;
  const unbound = (name: unknown): unknown => {
    if (name === arn) return uniqueId;
    return sessions !== undefined && typeof name === 'string' && name.startsWith(sessions)
      ? `${uniqueId}:${name.slice(sessions.length)}`
      : name;
  };
  const policy = JSON.parse(text) as { Statement: object | object[] };
  for (const statement of [policy.Statement].flat()) {
    for (const element of ['Principal', 'NotPrincipal'] as const) {
      const principal = (statement as Partial<Record<typeof element, { AWS?: unknown }>>)[element];
      if (typeof principal !== 'object' || principal.AWS === undefined) continue;
      principal.AWS = Array.isArray(principal.AWS) ? principal.AWS.map(unbound) : unbound(principal.AWS);
    }
  }
  return JSON.stringify(policy);
}
