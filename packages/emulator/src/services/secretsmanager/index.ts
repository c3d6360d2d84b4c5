import type { ServiceOperations } from '../../gateway/operation.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret } from './delete-secret.ts';
import { describeSecret } from './describe-secret.ts';
import { getSecretValue } from './get-secret-value.ts';
import { listSecrets } from './list-secrets.ts';
import { putSecretValue } from './put-secret-value.ts';
import { tagResource } from './tag-resource.ts';
import { updateSecret } from './update-secret.ts';

export const secretsManagerOperations: ServiceOperations = {
  CreateSecret: createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  ListSecrets: listSecrets,
  PutSecretValue: putSecretValue,
  TagResource: tagResource,
  UpdateSecret: updateSecret,
};
