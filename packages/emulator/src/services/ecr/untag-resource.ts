import type { UntagResourceCommandInput, UntagResourceCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { saveRepository } from '../../registry/repository.ts';
import { onArn, repositoryOfArn } from './repository-of-arn.ts';

export const untagResource = defineOperation<UntagResourceCommandInput, UntagResourceCommandOutput>({
  authorize: (input, context) =>
    onArn(input.resourceArn!, context).map((permission) => ({
      ...permission,
      context: { ...permission.context, 'aws:TagKeys': input.tagKeys ?? [] },
    })),
  handle(input, context) {
    const { registry, repository } = repositoryOfArn(input.resourceArn!, context);
    saveRepository(context.emulator.store, registry, {
      ...repository,
      tags: repository.tags.filter((tag) => !input.tagKeys?.includes(tag.Key!)),
    });
    return {};
  },
});
