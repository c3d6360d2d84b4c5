import type { RestoreSecretCommandInput, RestoreSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { onSecret } from './on-secret.ts';
import { refuseManaged, requireSecret, saveSecret } from './secret.ts';

/** Takes the mark of deletion off. A secret that has none is answered just the same. */
export const restoreSecret = defineOperation<RestoreSecretCommandInput, RestoreSecretCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!, { deleted: true });
    refuseManaged(secret);
    const { deletedDate: _, ...restored } = secret;
    saveSecret(context.emulator.store, context, restored);
    return { ARN: secret.arn, Name: secret.name };
  },
});
