import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { findTagged } from '../taggable.ts';

const MAX_TAGS = 50;

export const tagResource = defineOperation<TagResourceCommandInput, TagResourceCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!] }],
  handle(input, context) {
    const tagged = findTagged(context, input.resourceArn!);
    const tags = { ...tagged.tags, ...input.tags };
    if (Object.keys(tags).length > MAX_TAGS)
      throw new AwsError('ServiceQuotaExceededException', 402, `A resource can have at most ${MAX_TAGS} tags.`);
    tagged.save(tags);
    return {};
  },
});

export const untagResource = defineOperation<UntagResourceCommandInput, UntagResourceCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!], context: { 'aws:TagKeys': input.tagKeys ?? [] } }],
  handle(input, context) {
    const tagged = findTagged(context, input.resourceArn!);
    tagged.save(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !input.tagKeys?.includes(key))));
    return {};
  },
});

export const listTagsForResource = defineOperation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!] }],
  handle: (input, context) => ({ tags: findTagged(context, input.resourceArn!).tags }),
});
