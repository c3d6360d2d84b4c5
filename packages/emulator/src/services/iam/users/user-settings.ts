import type {
  DeleteUserPermissionsBoundaryCommandInput,
  DeleteUserPermissionsBoundaryCommandOutput,
  ListUserTagsCommandInput,
  ListUserTagsCommandOutput,
  PutUserPermissionsBoundaryCommandInput,
  PutUserPermissionsBoundaryCommandOutput,
  TagUserCommandInput,
  TagUserCommandOutput,
  UntagUserCommandInput,
  UntagUserCommandOutput,
} from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { checkBoundary } from '../check-boundary.ts';
import { listTags, mergeTags } from '../tags.ts';
import { requireOwnUser, requireUser, saveUser, userAccess } from './user.ts';

export const putUserPermissionsBoundary = defineOperation<PutUserPermissionsBoundaryCommandInput, PutUserPermissionsBoundaryCommandOutput>({
  // The key has the boundary that the user is to get: so a policy can say which one may be set.
  authorize: (input, context) => userAccess(context, input.UserName!, { 'iam:PermissionsBoundary': input.PermissionsBoundary! }),
  handle({ UserName: userName, PermissionsBoundary: permissionsBoundary }, context) {
    const user = requireOwnUser(context, userName!);
    checkBoundary(context, permissionsBoundary!);
    saveUser(context, { ...user, permissionsBoundary: permissionsBoundary! });
    return {};
  },
});

export const deleteUserPermissionsBoundary = defineOperation<
  DeleteUserPermissionsBoundaryCommandInput,
  DeleteUserPermissionsBoundaryCommandOutput
>({
  authorize: (input, context) => userAccess(context, input.UserName!),
  handle(input, context) {
    const { permissionsBoundary: _, ...user } = requireOwnUser(context, input.UserName!);
    saveUser(context, user);
    return {};
  },
});

export const tagUser = defineOperation<TagUserCommandInput, TagUserCommandOutput>({
  authorize: (input, context) => userAccess(context, input.UserName!),
  handle(input, context) {
    const user = requireOwnUser(context, input.UserName!);
    saveUser(context, { ...user, tags: mergeTags(user.tags, input.Tags ?? []) });
    return {};
  },
});

export const untagUser = defineOperation<UntagUserCommandInput, UntagUserCommandOutput>({
  authorize: (input, context) => userAccess(context, input.UserName!, { 'aws:TagKeys': input.TagKeys ?? [] }),
  handle(input, context) {
    const user = requireOwnUser(context, input.UserName!);
    saveUser(context, { ...user, tags: user.tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) });
    return {};
  },
});

export const listUserTags = defineOperation<ListUserTagsCommandInput, ListUserTagsCommandOutput>({
  authorize: (input, context) => userAccess(context, input.UserName!),
  handle: (input, context) => listTags('user-tags', requireUser(context, input.UserName!).tags, input),
});
