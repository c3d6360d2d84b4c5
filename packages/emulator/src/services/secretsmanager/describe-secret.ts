import type { DescribeSecretCommandInput, DescribeSecretCommandOutput, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { onSecret } from './on-secret.ts';
import { requireSecret, type SecretItem } from './secret.ts';

export const describeSecret = defineOperation<DescribeSecretCommandInput, DescribeSecretCommandOutput>({
  authorize: onSecret,
  handle(input, context) {
    const secret = requireSecret(context, input.SecretId!, { deleted: true });
    const { SecretVersionsToStages, ...described } = describe(secret);
    return { ...described, VersionIdsToStages: SecretVersionsToStages };
  },
});

/** What may be shown of a secret: everything but its value. */
export function describe(secret: SecretItem): SecretListEntry {
  const labelled = Object.entries(secret.versions).flatMap(([id, { stages }]) => (stages.length > 0 ? [[id, stages] as const] : []));
  return {
    ARN: secret.arn,
    Name: secret.name,
    // An empty one is not answered back.
    ...(secret.description ? { Description: secret.description } : {}),
    KmsKeyId: secret.kmsKeyId,
    OwningService: secret.owningService,
    CreatedDate: new Date(secret.createdDate),
    LastChangedDate: new Date(secret.lastChangedDate),
    ...(secret.lastAccessedDate === undefined ? {} : { LastAccessedDate: new Date(secret.lastAccessedDate) }),
    ...(secret.deletedDate === undefined ? {} : { DeletedDate: new Date(secret.deletedDate) }),
    ...(secret.tags === undefined ? {} : { Tags: secret.tags }),
    ...(labelled.length > 0 ? { SecretVersionsToStages: Object.fromEntries(labelled) } : {}),
  };
}
