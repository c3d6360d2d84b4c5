import type { Run } from '../agent/run.ts';

/** Deletes the agent's role with what hangs on it: IAM refuses to delete a role that still has policies. */
export async function deleteRole({ roleName: RoleName, clients, call }: Run): Promise<void> {
  const iam = await clients.iam();
  for (let Marker: string | undefined, more = true; more;) {
    const page = await iam.listRolePolicies({ RoleName, ...(Marker ? { Marker } : {}) }, call);
    for (const PolicyName of page.PolicyNames ?? []) await iam.deleteRolePolicy({ RoleName, PolicyName }, call);
    ({ Marker, IsTruncated: more = false } = page);
  }
  for (let Marker: string | undefined, more = true; more;) {
    const page = await iam.listAttachedRolePolicies({ RoleName, ...(Marker ? { Marker } : {}) }, call);
    for (const { PolicyArn } of page.AttachedPolicies ?? []) await iam.detachRolePolicy({ RoleName, PolicyArn }, call);
    ({ Marker, IsTruncated: more = false } = page);
  }
  await iam.deleteRole({ RoleName }, call);
}
