import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext } from '../../gateway/operation.ts';
import { policyDocument } from './policies/any-policy.ts';

/**
 * Throws as AWS does unless the policy exists. A boundary without effect would mislead: under it a role may do nothing, and nobody would
 * know why.
 */
export function checkBoundary({ emulator, accountId }: OperationContext, policyArn: string): void {
  if (policyDocument(emulator.store, accountId, policyArn) === undefined)
    throw new AwsError('NoSuchEntity', 404, `Scope ARN: ${policyArn} does not exist or is not attachable.`);
}
