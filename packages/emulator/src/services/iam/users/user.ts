import type { Tag, User } from '@aws-sdk/client-iam';
import { administratorCreated } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../../gateway/operation.ts';
import type { Store } from '../../../store/open-store.ts';
import { describeBoundary } from '../describe-boundary.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { noSuchEntity } from '../role.ts';
import { tagKeys } from '../tags.ts';

export const USER = 'iam-user';
/** The user that the emulator's own key is of. It is not stored, so no call and no import can take its rights away. */
const ADMINISTRATOR = 'admin';

/** A user as it is stored, its policies and memberships included. */
export interface UserItem {
  userName: string;
  userId: string;
  path: string;
  arn: string;
  createDate: string;
  permissionsBoundary?: string;
  tags: Tag[];
  inlinePolicies: Record<string, string>;
  attachedPolicyArns: string[];
  /** Names of the groups that the user is in. */
  groups: string[];
}

export function findUser(store: Store, accountId: string, userName: string): UserItem | undefined {
  return (
    store.items.get<UserItem>(USER, iamScope(accountId), userName) ??
    (userName === ADMINISTRATOR ? administrator(store, accountId) : undefined)
  );
}

export function listUsers(store: Store, accountId: string): UserItem[] {
  const stored = store.items.list<UserItem>(USER, iamScope(accountId)).map(({ value }) => value);
  const own = administrator(store, accountId);
  return own ? [own, ...stored] : stored;
}

function administrator(store: Store, accountId: string): UserItem | undefined {
  const created = administratorCreated(store, accountId);
  return (
    created && {
      userName: ADMINISTRATOR,
      userId: created.userId,
      path: '/',
      arn: `arn:aws:iam::${accountId}:user/${ADMINISTRATOR}`,
      createDate: created.createDate,
      tags: [],
      inlinePolicies: {},
      attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      groups: [],
    }
  );
}

export function requireUser({ emulator, accountId }: Pick<OperationContext, 'emulator' | 'accountId'>, userName: string): UserItem {
  const user = findUser(emulator.store, accountId, userName);
  if (!user) throw noSuchEntity(`The user with name ${userName} cannot be found.`);
  return user;
}

/** A user, to be changed. */
export function requireOwnUser(context: OperationContext, userName: string): UserItem {
  const user = requireUser(context, userName);
  if (userName !== ADMINISTRATOR) return user;
  throw new AwsError(
    'AccessDenied',
    403,
    `The user ${ADMINISTRATOR} holds the emulator's own access key and cannot be changed. Create another user.`,
  );
}

export function saveUser({ emulator, accountId }: OperationContext, user: UserItem): void {
  emulator.store.items.put(USER, iamScope(accountId), user.userName, user);
}

/** The user that a request names, or else the caller, where that is a user. */
export function namedUser({ principal }: OperationContext, userName: string | undefined): string {
  if (userName !== undefined) return userName;
  if (principal.type === 'user') return principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
  throw new AwsError('ValidationError', 400, 'Must specify userName when calling with non-User credentials');
}

/** What operations on one user ask for, with the user's tags and boundary. */
export function userAccess(
  { emulator, accountId, region }: OperationContext,
  userName: string,
  keys: Permission['context'] = {},
): Permission[] {
  const user = findUser(emulator.store, accountId, userName);
  const boundary = user?.permissionsBoundary;
  return [
    {
      resources: [user?.arn ?? iamArn({ accountId, region }, `user/${userName}`)],
      context: { ...tagKeys(user?.tags ?? []), ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }), ...keys },
    },
  ];
}

/** Lists leave out tags and boundary, as the service does. */
export function describeUser(user: UserItem, { isListed = false } = {}): User {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: user.arn,
    CreateDate: new Date(user.createDate),
    ...(isListed ? {} : describeBoundary(user)),
    ...(isListed || user.tags.length === 0 ? {} : { Tags: user.tags }),
  };
}
