import type { UpdateSecretVersionStageCommandInput, UpdateSecretVersionStageCommandOutput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { onSecret } from './on-secret.ts';
import { findVersion, refuseManaged, requireSecret, saveSecret, type SecretItem, type SecretVersion } from './secret.ts';

const MAX_STAGES = 20;

export const updateSecretVersionStage = defineOperation<UpdateSecretVersionStageCommandInput, UpdateSecretVersionStageCommandOutput>({
  authorize: (input, context) => onSecret(input, context, { 'secretsmanager:VersionStage': input.VersionStage }),
  handle({ SecretId: secretId, VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from }, context) {
    const secret = requireSecret(context, secretId!);
    refuseManaged(secret);
    checkMove(secret, stage, to, from);
    const moved = from !== to && to !== undefined && stage === 'AWSCURRENT';
    const versions: Record<string, SecretVersion> = {};
    for (const [id, version] of Object.entries(secret.versions)) {
      const kept = version.stages.filter((name) => name !== stage && !(moved && from !== undefined && name === 'AWSPREVIOUS'));
      if (id === to) kept.push(stage);
      // Whoever loses AWSCURRENT is what one goes back to.
      if (moved && id === from) kept.push('AWSPREVIOUS');
      versions[id] = { ...version, stages: kept };
      if (kept.length > MAX_STAGES)
        throw new AwsError('LimitExceededException', 400, `A version can have at most ${MAX_STAGES} staging labels.`);
    }
    saveSecret(context.emulator.store, context, { ...secret, versions, lastChangedDate: context.emulator.now().toISOString() });
    return { ARN: secret.arn, Name: secret.name };
  },
});

/** A label is never taken from a version that the request does not name. */
function checkMove(secret: SecretItem, stage: string, to: string | undefined, from: string | undefined): void {
  if (to === undefined && from === undefined) throw invalid('You must provide MoveToVersionId, RemoveFromVersionId, or both.');
  for (const versionId of [to, from]) if (versionId !== undefined) findVersion(secret, { versionId });
  const holder = Object.keys(secret.versions).find((id) => secret.versions[id]!.stages.includes(stage));
  if (holder !== undefined && holder !== to && from === undefined) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (from !== undefined && from !== holder)
    throw invalid(`You can't remove staging label ${stage} from version ${from} because it isn't attached to that version.`);
  if (to === undefined && stage === 'AWSCURRENT')
    throw invalid("You can't remove the staging label AWSCURRENT without moving it to another version in MoveToVersionId.");
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message);
}
