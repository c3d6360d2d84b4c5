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
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${shown(action, resource)} ${reason}`;
}

/**
 * IAM names a role that it is asked about by its kind and name, and by its ARN where the role is yet to be made or is passed on; a policy by its kind
 * and ARN, and by its name where it is yet to be made: so users of AWS quote its denials. It is not documented.
 */
function shown(action: string, resource: string): string {
  if (action === 'iam:ListPolicies') return 'policy path /';
  if (action === 'iam:CreatePolicy') return `policy ${resource.slice(resource.lastIndexOf('/') + 1)}`;
  if (OF_A_POLICY.test(action)) return `policy ${resource}`;
  if (BY_KIND.test(action)) return resource.replace(/^arn:[^:]*:iam::\d*:(user|group|instance-profile)\/(?:.*\/)?([^/]+)$/, kindAndName);
  if (!BY_NAME.test(action)) return resource;
  const name = /^arn:[^:]*:iam::\d*:role\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
  return name === undefined ? resource : `role ${name}`;
}

const kindAndName = (_: string, kind: string, name: string) => `${kind.replace('-', ' ')} ${name}`;

/** Whatever is asked of one user, group or instance profile that is there. */
const BY_KIND =
  /^iam:(?!Create(?:User|Group|InstanceProfile)$|(?:Tag|Untag)|ListUsers$|ListGroups$|ListInstanceProfiles$).*(?:User|Group|AccessKey|InstanceProfile)/;
const OF_A_POLICY =
  /^iam:(?:(?:Get|Delete|Tag|Untag)Policy|(?:Get|Create|Delete|SetDefault)PolicyVersion|ListPolicy(?:Versions|Tags)|ListEntitiesForPolicy)$/;
const BY_NAME =
  /^iam:(?:(?:Get|Delete|Update)Role(?:Policy)?|PutRolePolicy|(?:Put|Delete)RolePermissionsBoundary|UpdateRoleDescription|ListInstanceProfilesForRole|(?:Attach|Detach)RolePolicy|List(?:Attached)?RolePolicies|UpdateAssumeRolePolicy)$/;
