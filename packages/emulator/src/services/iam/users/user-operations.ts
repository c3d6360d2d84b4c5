import type {
  CreateUserCommandInput,
  CreateUserCommandOutput,
  DeleteUserCommandInput,
  DeleteUserCommandOutput,
  GetUserCommandInput,
  GetUserCommandOutput,
  ListUsersCommandInput,
  ListUsersCommandOutput,
  UpdateUserCommandInput,
  UpdateUserCommandOutput,
} from '@aws-sdk/client-iam';
import { keysOfUser, newUniqueId, saveUserKey } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { checkBoundary } from '../check-boundary.ts';
import { checkUniqueName } from '../check-unique-name.ts';
import { refuseInUse } from '../delete-conflict.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { listNames } from '../list-names.ts';
import { checkTags } from '../tags.ts';
import {
  describeUser,
  findUser,
  listUsers as allUsers,
  namedUser,
  requireOwnUser,
  requireUser,
  saveUser,
  USER,
  userAccess,
  type UserItem,
} from './user.ts';

const taken = (name: string) => `User with name ${name} already exists.`;

export const createUser = defineOperation<CreateUserCommandInput, CreateUserCommandOutput>({
  authorize: (input, context) => [
    {
      resources: [iamArn(context, `user${input.Path ?? '/'}${input.UserName}`)],
      ...(input.PermissionsBoundary ? { context: { 'iam:PermissionsBoundary': input.PermissionsBoundary } } : {}),
    },
  ],
  handle(input, context) {
    const { UserName: userName = '', Path: path = '/', PermissionsBoundary: boundary, Tags: tags = [] } = input;
    const { emulator, accountId } = context;
    checkTags(tags);
    if (boundary !== undefined) checkBoundary(context, boundary);
    checkUniqueName(emulator.store, accountId, USER, userName, taken(userName));
    if (findUser(emulator.store, accountId, userName.toLowerCase())) throw new AwsError('EntityAlreadyExists', 409, taken(userName));
    const user: UserItem = {
      userName,
      userId: newUniqueId('AIDA'),
      path,
      arn: iamArn(context, `user${path}${userName}`),
      createDate: emulator.now().toISOString(),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
      tags,
      inlinePolicies: {},
      attachedPolicyArns: [],
      groups: [],
    };
    saveUser(context, user);
    return { User: describeUser(user) };
  },
});

export const getUser = defineOperation<GetUserCommandInput, GetUserCommandOutput>({
  authorize: (input, context) => userAccess(context, namedUser(context, input.UserName)),
  handle: (input, context) => ({ User: describeUser(requireUser(context, namedUser(context, input.UserName))) }),
});

export const listUsers = defineOperation<ListUsersCommandInput, ListUsersCommandOutput>({
  authorize: (input, context) => [{ resources: [iamArn(context, `user${input.PathPrefix ?? '/'}`)] }],
  handle(input, { emulator, accountId }) {
    const users = allUsers(emulator.store, accountId).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const byName = new Map(users.map((user) => [user.userName, user]));
    const { names, ...page } = listNames('users', [...byName.keys()], input);
    return { Users: names.map((name) => describeUser(byName.get(name)!, { isListed: true })), ...page };
  },
});

export const updateUser = defineOperation<UpdateUserCommandInput, UpdateUserCommandOutput>({
  authorize: (input, context) => [
    ...userAccess(context, input.UserName!),
    ...(input.NewUserName === undefined ? [] : [{ resources: [iamArn(context, `user${input.NewPath ?? '/'}${input.NewUserName}`)] }]),
  ],
  handle({ UserName: userName, NewUserName: newName = userName!, NewPath: newPath }, context) {
    const user = requireOwnUser(context, userName!);
    const { store } = context.emulator;
    if (newName.toLowerCase() !== user.userName.toLowerCase()) {
      checkUniqueName(store, context.accountId, USER, newName, taken(newName));
      if (findUser(store, context.accountId, newName.toLowerCase())) throw new AwsError('EntityAlreadyExists', 409, taken(newName));
    }
    const path = newPath ?? user.path;
    store.transaction(() => {
      store.items.delete(USER, iamScope(context.accountId), user.userName);
      saveUser(context, { ...user, userName: newName, path, arn: iamArn(context, `user${path}${newName}`) });
      // The user stays the same, with another name: so do the keys.
      for (const { accessKeyId, ...key } of keysOfUser(store, user.userId)) saveUserKey(store, accessKeyId, { ...key, userName: newName });
    });
    return {};
  },
});

export const deleteUser = defineOperation<DeleteUserCommandInput, DeleteUserCommandOutput>({
  authorize: (input, context) => userAccess(context, input.UserName!),
  handle(input, context) {
    const user = requireOwnUser(context, input.UserName!);
    const { store } = context.emulator;
    refuseInUse({
      'delete access keys': keysOfUser(store, user.userId).length > 0,
      'delete policies': Object.keys(user.inlinePolicies).length > 0,
      'detach all policies': user.attachedPolicyArns.length > 0,
      'remove users from group': user.groups.length > 0,
    });
    store.items.delete(USER, iamScope(context.accountId), user.userName);
    return {};
  },
});
