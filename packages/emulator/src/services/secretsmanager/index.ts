import type { ServiceOperations } from '../../gateway/operation.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret } from './delete-secret.ts';
import { describeSecret } from './describe-secret.ts';
import { getSecretValue } from './get-secret-value.ts';
import { listSecrets } from './list-secrets.ts';
import { putSecretValue } from './put-secret-value.ts';
import { tagResource } from './tag-resource.ts';
import { updateSecret } from './update-secret.ts';
import { batchGetSecretValue } from './batch-get-secret-value.ts';
import { getRandomPassword } from './get-random-password.ts';
import { listSecretVersionIds } from './list-secret-version-ids.ts';
import { restoreSecret } from './restore-secret.ts';
import { untagResource } from './untag-resource.ts';
import { updateSecretVersionStage } from './update-secret-version-stage.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy, validateResourcePolicy } from './secret-policy.ts';

export const secretsManagerOperations: ServiceOperations = {
  CreateSecret: createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  ListSecrets: listSecrets,
  PutSecretValue: putSecretValue,
  TagResource: tagResource,
  UpdateSecret: updateSecret,
  BatchGetSecretValue: batchGetSecretValue,
  GetRandomPassword: getRandomPassword,
  ListSecretVersionIds: listSecretVersionIds,
  RestoreSecret: restoreSecret,
  UntagResource: untagResource,
  UpdateSecretVersionStage: updateSecretVersionStage,
  DeleteResourcePolicy: deleteResourcePolicy,
  GetResourcePolicy: getResourcePolicy,
  PutResourcePolicy: putResourcePolicy,
  ValidateResourcePolicy: validateResourcePolicy,
};
