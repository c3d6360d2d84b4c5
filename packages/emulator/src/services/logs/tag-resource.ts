import type { TagResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { groupOfArn, LOG_GROUP, requireGroup } from './log-items.ts';

const MAX_TAGS = 50;

/** Of all operations on log groups, those on tags alone are checked against the ARN without what follows the name. */
export const tagResource = defineOperation<TagResourceCommandInput, object>({
  authorize: ({ resourceArn }) => [{ resources: [resourceArn!] }],
  handle({ resourceArn, tags }, context) {
    const { store } = context.emulator;
    const name = groupOfArn(context, resourceArn!);
    const group = requireGroup(store, context, name);
    const merged = { ...group.tags, ...tags };
    if (Object.keys(merged).length > MAX_TAGS)
      throw new AwsError('TooManyTagsException', 400, `A resource can have no more than ${MAX_TAGS} tags.`);
    store.items.put(LOG_GROUP, context, name, { ...group, tags: merged });
    return {};
  },
});
