import type { ListSecretVersionIdsCommandInput, ListSecretVersionIdsCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { decodeToken, encodeToken } from '../page.ts';
import { badToken } from './list-secrets.ts';
import { onSecret } from './on-secret.ts';
import { requireSecret } from './secret.ts';

export const listSecretVersionIds = defineOperation<ListSecretVersionIdsCommandInput, ListSecretVersionIdsCommandOutput>({
  authorize: onSecret,
  handle({ SecretId: secretId, IncludeDeprecated: all = false, MaxResults: limit = 100, NextToken: token }, context) {
    const secret = requireSecret(context, secretId!, { deleted: true });
    const kind = `versions of ${secret.arn}`;
    const after = token === undefined ? '' : decodeToken(token, kind, badToken);
    const ids = Object.keys(secret.versions)
      .filter((id) => id > after && (all || secret.versions[id]!.stages.length > 0))
      .toSorted();
    const shown = ids.slice(0, limit);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: shown.map((id) => {
        const { stages, createdDate, lastAccessedDate, kmsKeyId = 'DefaultEncryptionKey' } = secret.versions[id]!;
        return {
          VersionId: id,
          ...(stages.length > 0 ? { VersionStages: stages } : {}),
          CreatedDate: new Date(createdDate),
          KmsKeyIds: [kmsKeyId],
          ...(lastAccessedDate === undefined ? {} : { LastAccessedDate: new Date(lastAccessedDate) }),
        };
      }),
      ...(ids.length > limit ? { NextToken: encodeToken(kind, shown.at(-1)!) } : {}),
    };
  },
});
