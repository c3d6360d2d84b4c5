import type { TagResourceCommandInput, TagResourceCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { checkTags } from './check-tags.ts';
import { onSecret } from './on-secret.ts';
import { requireSecret, saveSecret } from './secret.ts';

export const tagResource = defineOperation<TagResourceCommandInput, TagResourceCommandOutput>({
  authorize: (input, context) =>
    onSecret(input, context, {
      'aws:TagKeys': input.Tags?.map((tag) => tag.Key ?? ''),
      ...Object.fromEntries((input.Tags ?? []).map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
    }),
  handle({ SecretId: secretId, Tags: tags = [] }, context) {
    const secret = requireSecret(context, secretId!);
    const merged = new Map([...(secret.tags ?? []), ...tags].map((tag) => [tag.Key ?? '', tag.Value ?? '']));
    checkTags(tags, [...merged]);
    saveSecret(context.emulator.store, context, { ...secret, tags: [...merged].map(([Key, Value]) => ({ Key, Value })) });
    return {};
  },
});
