import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext } from '../../gateway/operation.ts';
import { ownerScope, type SecretItem } from './secret.ts';

const DEFAULT_KEY = /^(?:arn:[^:]+:kms:[^:]+:\d{12}:)?alias\/aws\/secretsmanager$/;

/** Whatever its resource policy says: the key `aws/secretsmanager` can only be used by the account that it is in. */
export function refuseForeignDefaultKey(context: OperationContext, { arn, kmsKeyId }: SecretItem): void {
  if (ownerScope(context, arn).accountId === context.accountId) return;
  if (kmsKeyId !== undefined && !DEFAULT_KEY.test(kmsKeyId)) return;
  throw new AwsError(
    'InvalidRequestException',
    400,
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  );
}
