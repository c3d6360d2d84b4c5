import type { AssumedRoleUser, Credentials, PolicyDescriptorType } from '@aws-sdk/client-sts';
import { issueTemporaryCredentials } from '../../credentials/temporary-credentials.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { Principal } from '../../iam/types.ts';
import type { Store } from '../../store/open-store.ts';
import { checkDocument } from '../iam/check-document.ts';
import { policyDocument } from '../iam/policies/any-policy.ts';
import { findRole, type RoleItem } from '../iam/role.ts';
import { withSessionTags, type SessionTags } from './session-tags.ts';

const MAX_POLICY_ARNS = 10;
const DEFAULT_SECONDS = 3600;

/** What the operations that assume a role have in common. */
export interface SessionRequest {
  RoleSessionName: string | undefined;
  DurationSeconds?: number | undefined;
  Policy?: string | undefined;
  PolicyArns?: PolicyDescriptorType[] | undefined;
  MinimumSessionTokenSize?: number | undefined;
}

/** The role of an ARN, if there is one. Throws ValidationError for what is not the ARN of a role. */
export function roleOfArn(store: Store, roleArn: string): RoleItem | undefined {
  const [, , service, , accountId = '', path = ''] = roleArn.split(':');
  if (service !== 'iam' || !path.startsWith('role/')) throw invalid(`${roleArn} is invalid`);
  const role = findRole(store, accountId, path.slice(path.lastIndexOf('/') + 1));
  return role?.arn === roleArn ? role : undefined;
}

/** Throws unless the session may be as long as the request says. */
export function checkDuration({ DurationSeconds: seconds = DEFAULT_SECONDS }: SessionRequest, role: RoleItem, isChained: boolean): void {
  if (seconds <= (isChained ? DEFAULT_SECONDS : role.maxSessionDuration)) return;
  throw invalid(
    isChained
      ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
      : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

/** Credentials of a session of a role, that somebody was allowed to assume. */
export function startRoleSession(
  { store, now }: Pick<EmulatorServices, 'store' | 'now'>,
  role: RoleItem,
  request: SessionRequest,
  { tags, transitive, sourceIdentity }: SessionTags & { sourceIdentity: string | undefined },
): { Credentials: Credentials; AssumedRoleUser: AssumedRoleUser } {
  const { RoleSessionName: sessionName = '', DurationSeconds: seconds = DEFAULT_SECONDS } = request;
  const [, partition, , , accountId = ''] = role.arn.split(':');
  const assumed = {
    type: 'role',
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
    accountId,
    roleArn: role.arn,
    userId: `${role.roleId}:${sessionName}`,
    tags: withSessionTags(role.tags, tags),
    transitiveTags: transitive,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  } satisfies Principal;
  const Credentials = issueCredentials({ store, now }, assumed, {
    seconds,
    sessionPolicies: readSessionPolicies(request, store, accountId),
    minimumTokenSize: request.MinimumSessionTokenSize,
  });
  return { Credentials, AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn } };
}

/** Temporary credentials, as STS answers them. */
export function issueCredentials(
  { store, now }: Pick<EmulatorServices, 'store' | 'now'>,
  principal: Principal,
  options: { seconds: number; sessionPolicies?: string[]; minimumTokenSize: number | undefined },
): Credentials {
  const { seconds, sessionPolicies = [], minimumTokenSize = 0 } = options;
  const issued = issueTemporaryCredentials(store, {
    principal,
    sessionPolicies,
    issuedAt: now(),
    expiration: new Date(now().getTime() + seconds * 1000),
    minimumTokenSize,
  });
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: issued.expiration,
  };
}

/** The session is limited by all of them together. Managed ones count as they are now: a session keeps the policies that it began with. */
function readSessionPolicies({ Policy: inline, PolicyArns: managed = [] }: SessionRequest, store: Store, accountId: string): string[] {
  if (inline !== undefined) checkDocument(inline, 'identity');
  if (managed.length > MAX_POLICY_ARNS) throw invalid(`PolicyArns has ${managed.length} policies: a session can have ${MAX_POLICY_ARNS}.`);
  const documents = managed.map(({ arn = '' }) => {
    const document = policyDocument(store, accountId, arn);
    // Left out, it would not limit the session.
    if (document === undefined) throw invalid(`Policy ${arn} does not exist or is not attachable.`);
    return document;
  });
  return inline === undefined ? documents : [inline, ...documents];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', 400, message);
}
