import { denialMessage } from './denial-message.ts';
import { findDeny, findGrant } from './find-statement.ts';
import { createSubject } from './subject.ts';
import type { AuthorizationRequest, CompiledPolicy, Decision } from './types.ts';

/**
 * Whether a role's trust policy alone lets the principal assume the role: all that a service needs.
 * For a user or a role, whose own policies count too, give the trust policy to `authorize`.
 *
 * @param trust The role's policy, compiled as `trust`.
 * @param request With the role's ARN as `resource`.
 */
export function evaluateTrust(trust: CompiledPolicy, request: AuthorizationRequest): Decision {
  const policies = [{ name: 'trust', document: trust }];
  const subject = createSubject(request);
  const denied = findDeny(policies, subject);
  const grant = denied ? undefined : findGrant(policies, subject);
  if (grant) return { allowed: true, effect: 'allow', by: 'trust', statement: grant.statement, message: '' };
  const effect = denied ? 'explicit-deny' : 'implicit-deny';
  return {
    allowed: false,
    effect,
    by: 'trust',
    message: denialMessage(request, effect, 'trust'),
    ...(denied ? { statement: denied } : {}),
  };
}
