import type { GetSecretValueCommandInput, GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { findVersion, readVersion, requireSecret, secretArn } from './secret.ts';

export const getSecretValue = defineOperation<GetSecretValueCommandInput, GetSecretValueCommandOutput>({
  authorize: (input, context) => [{ resources: [secretArn(context, input.SecretId!)] }],
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!);
    const [versionId, version] = findVersion(secret, { versionId: input.VersionId, stage: input.VersionStage });
    const value = readVersion(context.emulator.store, secret, version);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdDate),
      ...('string' in value ? { SecretString: value.string } : { SecretBinary: value.binary }),
    };
  },
});
