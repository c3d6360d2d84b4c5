import type { DeleteSecretCommandInput, DeleteSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { findSecret, refuseManaged, saveSecret, SECRET, secretArn } from './secret.ts';

const DAY_MS = 86_400_000;

export const deleteSecret = defineOperation<DeleteSecretCommandInput, DeleteSecretCommandOutput>({
  authorize: (input, context) => [{ resources: [secretArn(context, input.SecretId!)] }],
  handle({ SecretId: secretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }, context) {
    if (force && days !== undefined) {
      throw new AwsError(
        'InvalidParameterException',
        400,
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && (days < 7 || days > 30))
      throw new AwsError('InvalidParameterException', 400, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    const { store } = context.emulator;
    const now = context.emulator.now();
    const secret = findSecret(store, context, secretId!);
    if (!secret) {
      // Documented so: a forced deletion of a secret that is not there succeeds.
      if (force) return { ARN: secretArn(context, secretId!), Name: secretId, DeletionDate: now };
      throw new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
    }
    refuseManaged(secret);
    if (force) {
      store.items.delete(SECRET, context, secret.name);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: now };
    }
    const deletedDate = new Date(now.getTime() + (days ?? 30) * DAY_MS);
    saveSecret(store, context, { ...secret, deletedDate: deletedDate.toISOString() });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedDate };
  },
});
