import type { CreateSecretCommandInput, CreateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { givenValue } from './given-value.ts';
import { isRepeatedVersion } from './repeated-version.ts';
import { findSecret, newSecret, saveSecret, secretArn, withNewVersion } from './secret.ts';

export const createSecret = defineOperation<CreateSecretCommandInput, CreateSecretCommandOutput>({
  authorize: (input, context) => [{ resources: [secretArn(context, input.Name!)], context: { 'secretsmanager:Name': input.Name! } }],
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const { Name: name = '', ClientRequestToken: versionId = randomUUID() } = input;
    const value = givenValue(input);
    const existing = findSecret(emulator.store, context, name);
    if (existing?.deletedDate !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        400,
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing) {
      // The same request sent again is answered again; anything else with this name is a conflict.
      if (isRepeatedVersion(emulator.store, existing, versionId, value)) return { ARN: existing.arn, Name: name, VersionId: versionId };
      throw new AwsError('ResourceExistsException', 400, `The operation failed because the secret ${name} already exists.`);
    }
    const fields = {
      name,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      tags: (input.Tags ?? []).map((tag) => ({ Key: tag.Key ?? '', Value: tag.Value ?? '' })),
    };
    const secret = newSecret({ accountId, region }, emulator.now(), fields);
    saveSecret(emulator.store, context, value ? withNewVersion(emulator.store, secret, value, emulator.now(), { versionId }) : secret);
    return { ARN: secret.arn, Name: name, ...(value ? { VersionId: versionId } : {}) };
  },
});
