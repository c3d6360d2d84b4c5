import { findUserKey, openUserKey } from '../../../credentials/access-keys.ts';
import type { Principal } from '../../../iam/types.ts';
import type { Store } from '../../../store/open-store.ts';
import { findUser, type UserItem } from './user.ts';

/** The user whose active access key this is, and the key's secret. */
export function findUserOfKey(store: Store, accessKeyId: string): { principal: Principal; secretAccessKey: string } | undefined {
  const key = findUserKey(store, accessKeyId);
  if (key?.status !== 'Active') return undefined;
  const user = findUser(store, key.accountId, key.userName);
  if (user?.userId !== key.userId) return undefined;
  return { principal: userPrincipal(user), secretAccessKey: openUserKey(store, accessKeyId, key) };
}

export function userPrincipal({ arn, userId, tags }: UserItem): Principal {
  return {
    type: 'user',
    arn,
    accountId: arn.split(':')[4] ?? '',
    userId,
    tags: Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value])),
  };
}
