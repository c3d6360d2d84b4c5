import type { Group } from '@aws-sdk/client-iam';
import type { OperationContext, Permission } from '../../../gateway/operation.ts';
import type { Store } from '../../../store/open-store.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { noSuchEntity } from '../role.ts';

export const GROUP = 'iam-group';

/** A group as it is stored, its policies included. Who is in it, users say. */
export interface GroupItem {
  groupName: string;
  groupId: string;
  path: string;
  arn: string;
  createDate: string;
  inlinePolicies: Record<string, string>;
  attachedPolicyArns: string[];
}

export function findGroup(store: Store, accountId: string, groupName: string): GroupItem | undefined {
  return store.items.get<GroupItem>(GROUP, iamScope(accountId), groupName);
}

export function requireGroup({ emulator, accountId }: Pick<OperationContext, 'emulator' | 'accountId'>, groupName: string): GroupItem {
  const group = findGroup(emulator.store, accountId, groupName);
  if (!group) throw noSuchEntity(`The group with name ${groupName} cannot be found.`);
  return group;
}

export function saveGroup({ emulator, accountId }: OperationContext, group: GroupItem): void {
  emulator.store.items.put(GROUP, iamScope(accountId), group.groupName, group);
}

export function groupAccess(
  { emulator, accountId, region }: OperationContext,
  groupName: string,
  keys: Permission['context'] = {},
): Permission[] {
  const group = findGroup(emulator.store, accountId, groupName);
  return [{ resources: [group?.arn ?? iamArn({ accountId, region }, `group/${groupName}`)], context: keys }];
}

export function describeGroup(group: GroupItem): Group {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: group.arn,
    CreateDate: new Date(group.createDate),
  };
}
