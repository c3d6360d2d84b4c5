import { AwsError } from '../../gateway/aws-error.ts';
import { compilePolicy } from '../../iam/compile-policy.ts';
import { PolicyError } from '../../iam/policy-error.ts';

/** Throws MalformedPolicyDocument, saying what is wrong and where, unless IAM would take the document. */
export function checkDocument(document: string, kind: 'identity' | 'trust'): void {
  asMalformed(() => compilePolicy(document, kind));
}

/** Runs `work`; what is wrong with a policy becomes IAM's own error. */
export function asMalformed<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicyDocument', 400, error.message, { cause: error });
    throw error;
  }
}
