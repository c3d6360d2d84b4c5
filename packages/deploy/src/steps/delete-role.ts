import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';

/** Deletes the agent's role with what hangs on it: IAM refuses to delete a role that still has policies. What is gone already is fine. */
export async function deleteRole({ roleName: RoleName, clients, call }: Run): Promise<void> {
  const iam = await clients.iam();
  for (let Marker: string | undefined, more = true; more;) {
    const page = await unlessGone(iam.listRolePolicies({ RoleName, ...(Marker ? { Marker } : {}) }, call));
    for (const PolicyName of page?.PolicyNames ?? []) await unlessGone(iam.deleteRolePolicy({ RoleName, PolicyName }, call));
    ({ Marker, IsTruncated: more = false } = page ?? {});
  }
  for (let Marker: string | undefined, more = true; more;) {
    const page = await unlessGone(iam.listAttachedRolePolicies({ RoleName, ...(Marker ? { Marker } : {}) }, call));
    for (const { PolicyArn } of page?.AttachedPolicies ?? []) await unlessGone(iam.detachRolePolicy({ RoleName, PolicyArn }, call));
    ({ Marker, IsTruncated: more = false } = page ?? {});
  }
  await unlessGone(iam.deleteRole({ RoleName }, call));
}

/** Somebody else may be deleting the same. */
function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (isAwsError(error, 'NoSuchEntityException', 'NoSuchEntity')) return undefined;
    throw error;
  });
}
