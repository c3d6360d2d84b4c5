import type { PutSecretValueCommandInput, PutSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { givenValue } from './given-value.ts';
import { isRepeatedVersion } from './repeated-version.ts';
import { onSecret } from './on-secret.ts';
import { refuseManaged, requireSecret, saveSecret, withNewVersion } from './secret.ts';

export const putSecretValue = defineOperation<PutSecretValueCommandInput, PutSecretValueCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!);
    refuseManaged(secret);
    const value = givenValue(input);
    if (!value) throw new AwsError('InvalidParameterException', 400, 'You must provide either SecretString or SecretBinary.');
    const { ClientRequestToken: versionId = randomUUID(), VersionStages: stages = ['AWSCURRENT'] } = input;
    const { store } = context.emulator;
    if (isRepeatedVersion(store, secret, versionId, value))
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: secret.versions[versionId]!.stages };
    saveSecret(store, context, withNewVersion(store, secret, value, context.emulator.now(), { versionId, stages }));
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
  },
});
