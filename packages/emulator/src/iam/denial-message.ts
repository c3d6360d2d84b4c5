import type { AuthorizationRequest, PolicyKind } from './types.ts';

const EXPLICIT: Record<PolicyKind, string> = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  resource: 'a resource-based policy',
  trust: 'the role trust policy',
};

const IMPLICIT: Record<PolicyKind, string> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
  trust: 'role trust policy',
};

/**
 * What AWS tells a caller that may not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(
  { principal, action, resource }: AuthorizationRequest,
  effect: 'implicit-deny' | 'explicit-deny',
  by: PolicyKind,
): string {
  const reason =
    effect === 'explicit-deny' ? `with an explicit deny in ${EXPLICIT[by]}` : `because no ${IMPLICIT[by]} allows the ${action} action`;
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}
