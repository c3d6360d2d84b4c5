import { issueTemporaryCredentials, type TemporaryCredentials } from '../../credentials/temporary-credentials.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import type { Scope } from '../../store/items.ts';
import { assumableRole, executionPrincipal } from './execution-role.ts';

/** What an agent's process may exchange for credentials of its execution role. */
interface SessionGrant extends Scope {
  roleArn: string;
  sourceArn: string;
  /** One for the life of the process: credentials that it fetches again are of the same session. */
  sessionName: string;
}

const PURPOSE = 'session-grant';
const CREDENTIALS_LIFETIME_MS = 60 * 60_000;

export function issueSessionGrant({ store }: Pick<EmulatorServices, 'store'>, grant: SessionGrant): string {
  return store.sealer.seal(JSON.stringify(grant), PURPOSE);
}

/**
 * Serves the container credentials endpoint that SDKs know from ECS: the grant in the Authorization header, credentials in the answer.
 * The role's trust policy is asked each time, so a role that was deleted or changed gives no new credentials.
 */
export function redeemSessionGrant(emulator: Pick<EmulatorServices, 'store' | 'now'>, token: string): TemporaryCredentials | undefined {
  const text = emulator.store.sealer.open(token, PURPOSE);
  if (text === undefined) return undefined;
  const grant = JSON.parse(text) as SessionGrant;
  const role = assumableRole(emulator, grant, grant.roleArn, grant.sourceArn);
  if (!role) return undefined;
  const expiration = new Date(emulator.now().getTime() + CREDENTIALS_LIFETIME_MS);
  return issueTemporaryCredentials(emulator.store, {
    principal: executionPrincipal(role, grant.sessionName),
    issuedAt: emulator.now(),
    expiration,
  });
}
