import type { UntagResourceCommandInput, UntagResourceCommandOutput } from '@aws-sdk/client-secrets-manager';
import { defineOperation } from '../../gateway/operation.ts';
import { onSecret } from './on-secret.ts';
import { requireSecret, saveSecret } from './secret.ts';

export const untagResource = defineOperation<UntagResourceCommandInput, UntagResourceCommandOutput>({
  authorize: (input, context) => onSecret(input, context, { 'aws:TagKeys': input.TagKeys }),
  handle({ SecretId: secretId, TagKeys: keys = [] }, context) {
    const secret = requireSecret(context, secretId!);
    const { tags } = secret;
    if (tags) saveSecret(context.emulator.store, context, { ...secret, tags: tags.filter((tag) => !keys.includes(tag.Key)) });
    return {};
  },
});
