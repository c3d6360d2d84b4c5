import { isAdministratorId } from '../../../credentials/access-keys.ts';
import type { Store } from '../../../store/open-store.ts';
import { findRole, ROLE, type RoleItem } from '../role.ts';
import { findUser, USER, type UserItem } from '../users/user.ts';

const ENTITY_ARN = /^arn:aws[a-z-]*:iam::(?<accountId>\d{12}):(?<kind>user|role)\/(?:[\u0021-\u007E]+\/)?(?<name>[\w+=,.@-]+)$/;

const SESSION_ARN = /^arn:aws[a-z-]*:sts::(?<accountId>\d{12}):assumed-role\/(?<role>[\w+=,.@-]+)\/(?<session>[\w+=,.@-]{2,64})$/;

/** The unique id of a role's session by its ARN, if there is a role of that name at this moment. */
export function idOfSessionArn(store: Store, arn: string): string | undefined {
  const { accountId = '', role = '', session = '' } = SESSION_ARN.exec(arn)?.groups ?? {};
  const found = role === '' ? undefined : findRole(store, accountId, role);
  return found && `${found.roleId}:${session}`;
}

/** The unique id of the role or user that has exactly this ARN at this moment. */
export function idOfArn(store: Store, arn: string): string | undefined {
  const { accountId, kind, name } = ENTITY_ARN.exec(arn)?.groups ?? {};
  if (accountId === undefined || name === undefined) return undefined;
  if (kind === 'role') {
    const role = findRole(store, accountId, name);
    return role?.arn === arn ? role.roleId : undefined;
  }
  const user = findUser(store, accountId, name);
  // The emulator's own user is in whatever partition is asked.
  return user?.arn === arn || (user && isAdministratorId(store, user.userId)) ? user.userId : undefined;
}

/** Whether a role or user has this unique id at this moment, in any account. */
export function hasId(store: Store, id: string): boolean {
  if (id.startsWith('AROA')) return store.items.all<RoleItem>(ROLE).some(({ value }) => value.roleId === id);
  return isAdministratorId(store, id) || store.items.all<UserItem>(USER).some(({ value }) => value.userId === id);
}
