import type {
  AddUserToGroupCommandInput,
  AddUserToGroupCommandOutput,
  CreateGroupCommandInput,
  CreateGroupCommandOutput,
  DeleteGroupCommandInput,
  DeleteGroupCommandOutput,
  GetGroupCommandInput,
  GetGroupCommandOutput,
  ListGroupsCommandInput,
  ListGroupsCommandOutput,
  ListGroupsForUserCommandInput,
  ListGroupsForUserCommandOutput,
  RemoveUserFromGroupCommandInput,
  RemoveUserFromGroupCommandOutput,
  UpdateGroupCommandInput,
  UpdateGroupCommandOutput,
} from '@aws-sdk/client-iam';
import { newUniqueId } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { checkUniqueName } from '../check-unique-name.ts';
import { refuseInUse } from '../delete-conflict.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { listNames } from '../list-names.ts';
import { describeUser, listUsers, requireOwnUser, requireUser, saveUser, userAccess, type UserItem } from '../users/user.ts';
import { describeGroup, GROUP, groupAccess, requireGroup, saveGroup, type GroupItem } from './group.ts';

const MAX_GROUPS = 10;
const taken = (name: string) => `Group with name ${name} already exists.`;

export const createGroup = defineOperation<CreateGroupCommandInput, CreateGroupCommandOutput>({
  authorize: (input, context) => [{ resources: [iamArn(context, `group${input.Path ?? '/'}${input.GroupName}`)] }],
  handle({ GroupName: groupName = '', Path: path = '/' }, context) {
    const { emulator, accountId } = context;
    checkUniqueName(emulator.store, accountId, GROUP, groupName, taken(groupName));
    const group: GroupItem = {
      groupName,
      groupId: newUniqueId('AGPA'),
      path,
      arn: iamArn(context, `group${path}${groupName}`),
      createDate: emulator.now().toISOString(),
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    saveGroup(context, group);
    return { Group: describeGroup(group) };
  },
});

export const getGroup = defineOperation<GetGroupCommandInput, GetGroupCommandOutput>({
  authorize: (input, context) => groupAccess(context, input.GroupName!),
  handle(input, context) {
    const group = requireGroup(context, input.GroupName!);
    const byName = new Map(membersOf(context, group).map((user) => [user.userName, user]));
    const { names, ...page } = listNames('group-users', [...byName.keys()], input);
    return { Group: describeGroup(group), Users: names.map((name) => describeUser(byName.get(name)!, { isListed: true })), ...page };
  },
});

export const listGroups = defineOperation<ListGroupsCommandInput, ListGroupsCommandOutput>({
  authorize: (input, context) => [{ resources: [iamArn(context, `group${input.PathPrefix ?? '/'}`)] }],
  handle(input, { emulator, accountId }) {
    const groups = emulator.store.items.list<GroupItem>(GROUP, iamScope(accountId)).map(({ value }) => value);
    return groupPage(
      'groups',
      groups.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
      input,
    );
  },
});

export const listGroupsForUser = defineOperation<ListGroupsForUserCommandInput, ListGroupsForUserCommandOutput>({
  authorize: (input, context) => userAccess(context, input.UserName!),
  handle(input, context) {
    const { groups } = requireUser(context, input.UserName!);
    return groupPage(
      'user-groups',
      groups.map((name) => requireGroup(context, name)),
      input,
    );
  },
});

export const updateGroup = defineOperation<UpdateGroupCommandInput, UpdateGroupCommandOutput>({
  authorize: (input, context) => [
    ...groupAccess(context, input.GroupName!),
    ...(input.NewGroupName === undefined ? [] : [{ resources: [iamArn(context, `group${input.NewPath ?? '/'}${input.NewGroupName}`)] }]),
  ],
  handle({ GroupName: groupName, NewGroupName: newName = groupName!, NewPath: newPath }, context) {
    const group = requireGroup(context, groupName!);
    const { store } = context.emulator;
    if (newName.toLowerCase() !== group.groupName.toLowerCase()) checkUniqueName(store, context.accountId, GROUP, newName, taken(newName));
    const path = newPath ?? group.path;
    store.transaction(() => {
      const members = membersOf(context, group);
      store.items.delete(GROUP, iamScope(context.accountId), group.groupName);
      saveGroup(context, { ...group, groupName: newName, path, arn: iamArn(context, `group${path}${newName}`) });
      for (const user of members)
        saveUser(context, { ...user, groups: [...user.groups.filter((name) => name !== group.groupName), newName] });
    });
    return {};
  },
});

export const deleteGroup = defineOperation<DeleteGroupCommandInput, DeleteGroupCommandOutput>({
  authorize: (input, context) => groupAccess(context, input.GroupName!),
  handle(input, context) {
    const group = requireGroup(context, input.GroupName!);
    refuseInUse({
      'remove users from group': membersOf(context, group).length > 0,
      'delete policies': Object.keys(group.inlinePolicies).length > 0,
      'detach all policies': group.attachedPolicyArns.length > 0,
    });
    context.emulator.store.items.delete(GROUP, iamScope(context.accountId), group.groupName);
    return {};
  },
});

export const addUserToGroup = defineOperation<AddUserToGroupCommandInput, AddUserToGroupCommandOutput>({
  authorize: (input, context) => groupAccess(context, input.GroupName!),
  handle({ GroupName: groupName, UserName: userName }, context) {
    const group = requireGroup(context, groupName!);
    const user = requireOwnUser(context, userName!);
    if (user.groups.includes(group.groupName)) return {};
    if (user.groups.length >= MAX_GROUPS) throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for GroupsPerUser: ${MAX_GROUPS}`);
    saveUser(context, { ...user, groups: [...user.groups, group.groupName] });
    return {};
  },
});

/** A user that is not in the group is taken out of it all the same. */
export const removeUserFromGroup = defineOperation<RemoveUserFromGroupCommandInput, RemoveUserFromGroupCommandOutput>({
  authorize: (input, context) => groupAccess(context, input.GroupName!),
  handle({ GroupName: groupName, UserName: userName }, context) {
    const group = requireGroup(context, groupName!);
    const user = requireOwnUser(context, userName!);
    saveUser(context, { ...user, groups: user.groups.filter((name) => name !== group.groupName) });
    return {};
  },
});

function membersOf({ emulator, accountId }: OperationContext, { groupName }: GroupItem): UserItem[] {
  return listUsers(emulator.store, accountId).filter(({ groups }) => groups.includes(groupName));
}

function groupPage(kind: string, groups: readonly GroupItem[], input: Parameters<typeof listNames>[2]) {
  const byName = new Map(groups.map((group) => [group.groupName, group]));
  const { names, ...page } = listNames(kind, [...byName.keys()], input);
  return { Groups: names.map((name) => describeGroup(byName.get(name)!)), ...page };
}
