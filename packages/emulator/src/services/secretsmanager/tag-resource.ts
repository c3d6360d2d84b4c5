import type { TagResourceCommandInput, TagResourceCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { requireSecret, saveSecret, secretArn } from './secret.ts';

export const tagResource = defineOperation<TagResourceCommandInput, TagResourceCommandOutput>({
  authorize: (input, context) => [{ resources: [secretArn(context, input.SecretId!)] }],
  handle({ SecretId: secretId, Tags: tags = [] }, context) {
    const secret = requireSecret(context, secretId!);
    const merged = new Map([...secret.tags, ...tags].map((tag) => [tag.Key ?? '', tag.Value ?? '']));
    saveSecret(context.emulator.store, context, { ...secret, tags: [...merged].map(([Key, Value]) => ({ Key, Value })) });
    return {};
  },
});
