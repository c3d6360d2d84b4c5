import type { Role, Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../gateway/operation.ts';
import type { Store } from '../../store/open-store.ts';
import { asMalformed, checkDocument } from './check-document.ts';
import { describeBoundary } from './describe-boundary.ts';
import { iamArn, iamScope } from './iam-scope.ts';
import { bindPrincipals, showPolicy } from './principals/bind-principals.ts';
import { tagKeys } from './tags.ts';

export const ROLE = 'iam-role';
export const DEFAULT_SESSION_SECONDS = 3600;

/** A role as it is stored, its policies included. */
export interface RoleItem {
  roleName: string;
  roleId: string;
  path: string;
  arn: string;
  createDate: string;
  assumeRolePolicyDocument: string;
  /** The trust policy that decides: bound to the unique ids of whom it names. Absent of a role that an older version made. */
  boundTrustPolicy?: string;
  /** Unique ids by ARN, of whom the trust policy names. */
  trustedIds?: Readonly<Record<string, string>>;
  description?: string;
  maxSessionDuration: number;
  permissionsBoundary?: string;
  tags: Tag[];
  inlinePolicies: Record<string, string>;
  attachedPolicyArns: string[];
}

export function findRole(store: Store, accountId: string, roleName: string): RoleItem | undefined {
  // Role names are unique without regard to case, but are asked for as they were written.
  return store.items.get<RoleItem>(ROLE, iamScope(accountId), roleName);
}

export function requireRole({ emulator, accountId }: Pick<OperationContext, 'emulator' | 'accountId'>, roleName: string): RoleItem {
  const role = findRole(emulator.store, accountId, roleName);
  if (!role) throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
  return role;
}

/** The members of a role that say who may assume it. Throws MalformedPolicyDocument unless IAM would take the document. */
export function trustOf(
  { emulator }: Pick<OperationContext, 'emulator'>,
  document: string,
): Pick<RoleItem, 'assumeRolePolicyDocument' | 'boundTrustPolicy' | 'trustedIds'> {
  checkDocument(document, 'trust');
  const { bound, ids } = asMalformed(() => bindPrincipals(emulator.store, document));
  return { assumeRolePolicyDocument: document, boundTrustPolicy: bound, trustedIds: ids };
}

/** The trust policy that decides. */
export function trustPolicyOf({ boundTrustPolicy, assumeRolePolicyDocument }: RoleItem): string {
  return boundTrustPolicy ?? assumeRolePolicyDocument;
}

export function saveRole({ emulator, accountId }: OperationContext, role: RoleItem): void {
  emulator.store.items.put(ROLE, iamScope(accountId), role.roleName, role);
}

/**
 * What operations on one role ask for, with the role's tags, and its boundary: so boundaries can be made a condition of the rest. The ARN is the
 * role's real one where it exists, else the one it would have without a path.
 */
export function roleAccess(
  { emulator, accountId, region }: OperationContext,
  roleName: string,
  keys: Permission['context'] = {},
): Permission[] {
  const role = findRole(emulator.store, accountId, roleName);
  const boundary = role?.permissionsBoundary;
  return [
    {
      resources: [role?.arn ?? iamArn({ accountId, region }, `role/${roleName}`)],
      context: { ...tagKeys(role?.tags ?? []), ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }), ...keys },
    },
  ];
}

export function describeRole(store: Store, role: RoleItem): Role {
  const trust = showPolicy(store, { document: role.assumeRolePolicyDocument, ids: role.trustedIds ?? {} });
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encodeDocument(trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...describeBoundary(role),
    ...(role.tags.length > 0 ? { Tags: role.tags } : {}),
  };
}

/** IAM answers policy documents percent-encoded (RFC 3986). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(/[!'()*]/g, (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`);
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message);
}
