import { AwsError } from '../../gateway/aws-error.ts';
import { managedPolicy } from '../../iam/managed-policies.ts';

/**
 * Throws as AWS does unless the policy exists. A boundary without effect would mislead: under it a role may do nothing, and nobody would
 * know why.
 */
export function checkBoundary(policyArn: string): void {
  if (managedPolicy(policyArn) === undefined)
    throw new AwsError('NoSuchEntity', 404, `Scope ARN: ${policyArn} does not exist or is not attachable.`);
}
