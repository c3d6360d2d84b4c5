import type { TagResourceCommandInput, TagResourceCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { saveRepository } from '../../registry/repository.ts';
import { onArn, repositoryOfArn } from './repository-of-arn.ts';
import { mergeTags } from './tags.ts';

export const tagResource = defineOperation<TagResourceCommandInput, TagResourceCommandOutput>({
  authorize: (input, context) => onArn(input.resourceArn!, context),
  handle(input, context) {
    const { registry, repository } = repositoryOfArn(input.resourceArn!, context);
    saveRepository(context.emulator.store, registry, { ...repository, tags: mergeTags(repository.tags, input.tags ?? []) });
    return {};
  },
});
