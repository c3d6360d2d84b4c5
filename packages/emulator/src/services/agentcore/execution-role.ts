import type { EmulatorServices } from '../../emulator-services.ts';
import { evaluateTrust } from '../../iam/evaluate-trust.ts';
import { compilePolicy } from '../../iam/compile-policy.ts';
import type { Principal } from '../../iam/types.ts';
import type { Scope } from '../../store/items.ts';
import { findRole, trustPolicyOf, type RoleItem } from '../iam/role.ts';
import { validation } from './errors.ts';

const SERVICE = 'bedrock-agentcore.amazonaws.com';

/** The role, if AgentCore may assume it for a runtime of this account and region. */
export function assumableRole(
  { store }: Pick<EmulatorServices, 'store'>,
  scope: Scope,
  roleArn: string,
  sourceArn: string,
): RoleItem | undefined {
  const accountId = roleArn.split(':', 5)[4] ?? '';
  const role = findRole(store, accountId, roleNameOf(roleArn));
  if (!role || role.arn !== roleArn || accountId !== scope.accountId) return undefined;
  const decision = evaluateTrust(compilePolicy(trustPolicyOf(role), 'trust'), {
    principal: { type: 'service', arn: SERVICE, service: SERVICE, accountId: scope.accountId },
    action: 'sts:AssumeRole',
    resource: roleArn,
    context: { 'aws:SourceAccount': scope.accountId, 'aws:SourceArn': sourceArn },
  });
  return decision.allowed ? role : undefined;
}

/** The name in a role's ARN, which can have a path before it. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

export function requireAssumableRole(
  emulator: Pick<EmulatorServices, 'store'>,
  scope: Scope,
  roleArn: string,
  sourceArn: string,
): RoleItem {
  const role = assumableRole(emulator, scope, roleArn, sourceArn);
  if (!role)
    throw validation(
      `Role validation failed for '${roleArn}'. Please verify that the role exists and its trust policy allows assumption by this service`,
      'roleArn',
    );
  return role;
}

/** The principal that an agent's process is: a session of its execution role. */
export function executionPrincipal(role: RoleItem, sessionName: string): Principal {
  const [, partition, , , accountId = ''] = role.arn.split(':');
  return {
    type: 'role',
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
    accountId,
    roleArn: role.arn,
    userId: `${role.roleId}:${sessionName}`,
    tags: Object.fromEntries(role.tags.map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
  };
}
