import type { GetSecretValueCommandInput, GetSecretValueCommandOutput, SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import { defineOperation, type OperationContext } from '../../gateway/operation.ts';
import { recordIfPossible } from '../../store/record-if-possible.ts';
import { refuseForeignDefaultKey } from './default-key.ts';
import { onSecret } from './on-secret.ts';
import { findVersion, readVersion, requireSecret, saveSecret } from './secret.ts';

export const getSecretValue = defineOperation<GetSecretValueCommandInput, GetSecretValueCommandOutput>({
  authorize: (input, context) =>
    onSecret(input, context, { 'secretsmanager:VersionId': input.VersionId, 'secretsmanager:VersionStage': input.VersionStage }),
  handle: (input, context) => readCurrent(input, context),
});

/** The value of the version that is asked for, or of the current one. Records that it was read. */
export function readCurrent(input: GetSecretValueCommandInput, context: OperationContext): SecretValueEntry {
  const { store, now } = context.emulator;
  const secret = requireSecret(context, input.SecretId!);
  refuseForeignDefaultKey(context, secret);
  const [versionId, version] = findVersion(secret, { versionId: input.VersionId, stage: input.VersionStage });
  const value = readVersion(store, secret, version);
  // As AWS has it, to the day: so nearly every read leaves the store alone.
  const lastAccessedDate = `${now().toISOString().slice(0, 10)}T00:00:00.000Z`;
  if (version.lastAccessedDate !== lastAccessedDate) {
    const versions = { ...secret.versions, [versionId]: { ...version, lastAccessedDate } };
    recordIfPossible(() => saveSecret(store, context, { ...secret, versions, lastAccessedDate }));
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    VersionStages: version.stages,
    CreatedDate: new Date(version.createdDate),
    ...('string' in value ? { SecretString: value.string } : { SecretBinary: value.binary }),
  };
}
