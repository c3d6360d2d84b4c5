import type { DeleteSecretCommandInput, DeleteSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { removeResourcePolicy } from '../agentcore/resource-policy.ts';
import { onSecret } from './on-secret.ts';
import { findOwnedSecret, ownerScope, refuseManaged, saveSecret, SECRET, secretArn } from './secret.ts';

const DAY_MS = 86_400_000;

export const deleteSecret = defineOperation<DeleteSecretCommandInput, DeleteSecretCommandOutput>({
  authorize: (input, context) =>
    onSecret(input, context, {
      'secretsmanager:ForceDeleteWithoutRecovery': String(input.ForceDeleteWithoutRecovery ?? false),
      'secretsmanager:RecoveryWindowInDays': input.RecoveryWindowInDays?.toString(),
    }),
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
    const secret = findOwnedSecret(context, secretId!);
    if (!secret) {
      // Documented so: a forced deletion of a secret that is not there succeeds.
      if (force) return { ARN: secretArn(context, secretId!), Name: secretId, DeletionDate: now };
      throw new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
    }
    refuseManaged(secret);
    if (force) {
      store.transaction(() => {
        store.items.delete(SECRET, ownerScope(context, secret.arn), secret.name);
        removeResourcePolicy(store, secret.arn);
      });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: now };
    }
    const deletedDate = new Date(now.getTime() + (days ?? 30) * DAY_MS);
    saveSecret(store, context, { ...secret, deletedDate: deletedDate.toISOString() });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedDate };
  },
});
