import { denialMessage } from './denial-message.ts';
import { findAllow, findDeny, findGrant } from './find-statement.ts';
import { createSubject } from './subject.ts';
import type { AuthorizationRequest, Decision, NamedPolicy, PolicyKind, PolicySet, StatementRef } from './types.ts';

/**
 * Decides one request as IAM does:
 * - a Deny in any policy wins;
 * - within an account, the caller's own policies or the resource's must allow; across accounts, both;
 * - a permissions boundary and session policies must allow as well, unless a resource policy of the same account names the very user or
 *   session, or everyone;
 * - a resource policy that names the caller's account only lets that account decide;
 * - a role's trust policy must always allow;
 * - a root user may do all in its account; services and identity providers have only what a resource or a trust policy gives them.
 *
 * Policies of organizations and of VPC endpoints do not exist here.
 *
 * A pure function: the same request and policies always give the same decision.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorize(request: AuthorizationRequest, policies: PolicySet): Decision {
  const { identity, boundary, session, resource = [], trust } = policies;
  const { principal } = request;
  const subject = createSubject(boundary ? { ...request, principal: { ...principal, hasBoundary: true } } : request);
  const trusts = trust ? [trust] : [];
  const boundaries = boundary ? [boundary] : [];
  const layers: [PolicyKind, readonly NamedPolicy[]][] = [
    ['trust', trusts],
    ['resource', resource],
    ['identity', identity],
    ['boundary', boundaries],
    ['session', session ?? []],
  ];
  for (const [by, layer] of layers) {
    const statement = findDeny(layer, subject);
    if (statement) return deny(request, 'explicit-deny', by, statement);
  }

  const granting: PolicyKind = trust ? 'trust' : 'resource';
  const grant = findGrant(trust ? trusts : resource, subject);
  const direct = grant?.match === 'exact' || grant?.match === 'everyone';
  if (principal.type === 'service' || principal.type === 'federated' || principal.type === 'anonymous') {
    return grant && direct ? allow(granting, grant.statement) : deny(request, 'implicit-deny', granting);
  }

  const sameAccount = ownerOf(request, policies) === principal.accountId;
  if (grant && direct && sameAccount) return allow(granting, grant.statement);
  const allowedByRole = sameAccount && grant?.match === 'role' ? grant.statement : undefined;
  const own = principal.type === 'root' ? undefined : (findAllow(identity, subject) ?? allowedByRole);
  if (!own && principal.type !== 'root') return deny(request, 'implicit-deny', 'identity');
  if (boundary && !findAllow(boundaries, subject)) return deny(request, 'implicit-deny', 'boundary');
  if (session && !findAllow(session, subject)) return deny(request, 'implicit-deny', 'session');
  if ((trust || !sameAccount) && !grant) return deny(request, 'implicit-deny', granting);
  return allow(own !== undefined && own === allowedByRole ? granting : 'identity', own);
}

/** The account that a resource belongs to: its ARN's fifth field. S3 buckets and `*` say none and count as the caller's. */
function ownerOf({ principal, resource }: AuthorizationRequest, { resourceAccountId }: PolicySet): string {
  if (resourceAccountId !== undefined) return resourceAccountId;
  const account = resource.split(':', 5)[4] ?? '';
  return /^\d{12}$/.test(account) ? account : principal.accountId;
}

function allow(by: PolicyKind, statement: StatementRef | undefined): Decision {
  return { allowed: true, effect: 'allow', by, message: '', ...(statement ? { statement } : {}) };
}

function deny(
  request: AuthorizationRequest,
  effect: 'implicit-deny' | 'explicit-deny',
  by: PolicyKind,
  statement?: StatementRef,
): Decision {
  return { allowed: false, effect, by, message: denialMessage(request, effect, by), ...(statement ? { statement } : {}) };
}
