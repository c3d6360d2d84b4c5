import type { CreateSecretCommandInput, CreateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { checkTags } from './check-tags.ts';
import { givenValue } from './given-value.ts';
import { isRepeatedVersion } from './repeated-version.ts';
import { requireRequestToken } from './request-token.ts';
import { checkName } from './secret-name.ts';
import { findSecret, newSecret, saveSecret, secretArn, withNewVersion } from './secret.ts';

export const createSecret = defineOperation<CreateSecretCommandInput, CreateSecretCommandOutput>({
  authorize: (input, context) => {
    const secret = { resources: [secretArn(context, input.Name!)] };
    return [
      { ...secret, context: { 'secretsmanager:Name': input.Name! } },
      ...(input.Tags === undefined ? [] : [{ ...secret, action: 'secretsmanager:TagResource' }]),
    ];
  },
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const { Name: name = '' } = input;
    const versionId = requireRequestToken(input);
    const value = givenValue(input);
    checkName(name);
    const tags = (input.Tags ?? []).map((tag) => ({ Key: tag.Key ?? '', Value: tag.Value ?? '' }));
    checkTags(tags, tags);
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
      ...(tags.length > 0 ? { tags } : {}),
    };
    const secret = newSecret({ accountId, region }, emulator.now(), fields);
    saveSecret(emulator.store, context, value ? withNewVersion(emulator.store, secret, value, emulator.now(), { versionId }) : secret);
    return { ARN: secret.arn, Name: name, ...(value ? { VersionId: versionId } : {}) };
  },
});
