import { attachmentOperations, inlinePolicyOperations, type HolderKind } from '../holder-policies.ts';
import { requireOwnUser, requireUser, saveUser, userAccess, type UserItem } from './user.ts';

const users: HolderKind<UserItem, 'UserName'> = {
  kind: 'user',
  nameMember: 'UserName',
  maxInlineCharacters: 2048,
  attachmentQuota: 'PoliciesPerUser',
  access: userAccess,
  require: requireUser,
  requireOwn: requireOwnUser,
  save: saveUser,
};

export const userPolicies = inlinePolicyOperations(users);
export const userAttachments = attachmentOperations(users);
