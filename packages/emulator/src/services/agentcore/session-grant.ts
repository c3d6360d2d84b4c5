import { issueTemporaryCredentials, type TemporaryCredentials } from '../../credentials/temporary-credentials.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import type { Scope } from '../../store/items.ts';
import { findRole } from '../iam/role.ts';
import { assumableRole, executionPrincipal, roleNameOf } from './execution-role.ts';

/** What an agent's process may exchange for credentials of its execution role. */
interface SessionGrant extends Scope {
  roleArn: string;
  /** Of the role that had this ARN when the session began. */
  roleId?: string;
  sourceArn: string;
  /** One for the life of the process: credentials that it fetches again are of the same session. */
  sessionName: string;
}

/** In which an agent's process is given it. */
export const GRANT_VARIABLE = 'AWS_CONTAINER_AUTHORIZATION_TOKEN';
const PURPOSE = 'session-grant';
const CREDENTIALS_LIFETIME_MS = 60 * 60_000;

export function issueSessionGrant({ store }: Pick<EmulatorServices, 'store'>, grant: Omit<SessionGrant, 'roleId'>): string {
  const roleId = findRole(store, grant.accountId, roleNameOf(grant.roleArn))?.roleId;
  return store.sealer.seal(JSON.stringify({ ...grant, ...(roleId === undefined ? {} : { roleId }) }), PURPOSE);
}

/**
 * Serves the container credentials endpoint that SDKs know from ECS: the grant in the Authorization header, credentials in the answer.
 * It ends with the session that was started with it, and with the role that this began with. The role's trust policy is asked each time.
 */
export function redeemSessionGrant(
  emulator: Pick<EmulatorServices, 'store' | 'now' | 'sessions'>,
  token: string,
): TemporaryCredentials | undefined {
  const text = emulator.store.sealer.open(token, PURPOSE);
  if (text === undefined || !emulator.sessions.host.isAlive(({ platform }) => platform[GRANT_VARIABLE] === token)) return undefined;
  const grant = JSON.parse(text) as SessionGrant;
  const role = assumableRole(emulator, grant, grant.roleArn, grant.sourceArn);
  if (!role || role.roleId !== grant.roleId) return undefined;
  const expiration = new Date(emulator.now().getTime() + CREDENTIALS_LIFETIME_MS);
  return issueTemporaryCredentials(emulator.store, {
    principal: executionPrincipal(role, grant.sessionName),
    issuedAt: emulator.now(),
    expiration,
  });
}
