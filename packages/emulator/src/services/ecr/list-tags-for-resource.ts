import type { ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { onArn, repositoryOfArn } from './repository-of-arn.ts';

export const listTagsForResource = defineOperation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
  authorize: (input, context) => onArn(input.resourceArn!, context),
  handle: (input, context) => ({ tags: repositoryOfArn(input.resourceArn!, context).repository.tags }),
});
