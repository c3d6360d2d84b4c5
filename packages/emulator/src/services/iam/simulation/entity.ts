import type { Principal } from '../../../iam/types.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { Store } from '../../../store/open-store.ts';
import { findGroup } from '../groups/group.ts';
import { findRole, noSuchEntity } from '../role.ts';
import { userPrincipal } from '../users/user-of-key.ts';
import { findUser } from '../users/user.ts';

const ENTITY = /^arn:aws[a-z-]*:iam::(?<accountId>\d{12}):(?<kind>user|role|group)\/(?:[\u0021-\u007E]+\/)?(?<name>[\w+=,.@-]+)$/;

/** The user, role or group that an ARN names, whether it is there or not; InvalidInput for what is the ARN of none. */
export function readEntity(arn: string): { principal: Principal; kind: string; name: string } {
  const { accountId, kind, name } = ENTITY.exec(arn)?.groups ?? {};
  if (accountId === undefined || kind === undefined || name === undefined)
    throw new AwsError('InvalidInput', 400, `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const principal: Principal = kind === 'role' ? { type: 'role', arn, roleArn: arn, accountId } : { type: 'user', arn, accountId };
  return { principal, kind, name };
}

/** The same as a principal with what the state knows of it, or NoSuchEntity. */
export function requireEntity(store: Store, arn: string): { principal: Principal; kind: string; name: string } {
  const entity = readEntity(arn);
  const { principal, kind, name } = entity;
  const role = kind === 'role' ? findRole(store, principal.accountId, name) : undefined;
  if (role?.arn === arn)
    return { ...entity, principal: { ...principal, tags: Object.fromEntries(role.tags.map(({ Key, Value }) => [Key!, Value!])) } };
  const user = kind === 'user' ? findUser(store, principal.accountId, name) : undefined;
  if (user?.arn === arn) return { ...entity, principal: userPrincipal(user) };
  if (kind === 'group' && findGroup(store, principal.accountId, name)?.arn === arn) return entity;
  throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
}
