import { attachmentOperations, inlinePolicyOperations, type HolderKind } from '../holder-policies.ts';
import { groupAccess, requireGroup, saveGroup, type GroupItem } from './group.ts';

const groups: HolderKind<GroupItem, 'GroupName'> = {
  kind: 'group',
  nameMember: 'GroupName',
  maxInlineCharacters: 5120,
  attachmentQuota: 'PoliciesPerGroup',
  access: groupAccess,
  require: requireGroup,
  requireOwn: requireGroup,
  save: saveGroup,
};

export const groupPolicies = inlinePolicyOperations(groups);
export const groupAttachments = attachmentOperations(groups);
