import type { AttachedPermissionsBoundary } from '@aws-sdk/client-iam';

/** How IAM answers the boundary of a role or a user. */
export function describeBoundary({ permissionsBoundary: arn }: { permissionsBoundary?: string }): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
} {
  if (arn === undefined) return {};
  // IAM answers 'Policy', although its model's enum says 'PermissionsBoundaryPolicy'.
  const PermissionsBoundaryType = 'Policy' as 'PermissionsBoundaryPolicy';
  return { PermissionsBoundary: { PermissionsBoundaryType, PermissionsBoundaryArn: arn } };
}
