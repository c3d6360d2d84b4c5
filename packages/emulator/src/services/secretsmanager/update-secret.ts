import type { UpdateSecretCommandInput, UpdateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { refuseForeignDefaultKey } from './default-key.ts';
import { givenValue } from './given-value.ts';
import { isRepeatedVersion } from './repeated-version.ts';
import { onSecret } from './on-secret.ts';
import { requireRequestToken } from './request-token.ts';
import { refuseManaged, requireSecret, saveSecret, withNewVersion } from './secret.ts';

export const updateSecret = defineOperation<UpdateSecretCommandInput, UpdateSecretCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const versionId = requireRequestToken(input);
    const { store, now } = { store: context.emulator.store, now: context.emulator.now() };
    const secret = requireSecret(context, input.SecretId!);
    refuseManaged(secret);
    const value = givenValue(input);
    if (value) refuseForeignDefaultKey(context, secret);
    // What else the request says is done again: it comes to the same.
    const isRepeated = isRepeatedVersion(store, secret, versionId, value);
    const described = {
      ...secret,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      lastChangedDate: now.toISOString(),
    };
    saveSecret(store, context, value && !isRepeated ? withNewVersion(store, described, value, now, { versionId }) : described);
    return { ARN: secret.arn, Name: secret.name, ...(value ? { VersionId: versionId } : {}) };
  },
});
