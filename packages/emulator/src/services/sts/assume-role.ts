import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { issueTemporaryCredentials } from '../../credentials/temporary-credentials.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import type { Principal } from '../../iam/types.ts';
import { checkDocument } from '../iam/check-document.ts';
import { policyDocument } from '../iam/policies/any-policy.ts';
import { findRole } from '../iam/role.ts';
import type { Store } from '../../store/open-store.ts';

const MAX_POLICY_ARNS = 10;

export const assumeRole = defineOperation<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
  // The handler asks: the role's trust policy is part of the question.
  authorize: () => [],
  handle(input, context) {
    const { emulator, principal } = context;
    const roleArn = input.RoleArn!;
    const [, , service, , accountId = '', path = ''] = roleArn.split(':');
    if (service !== 'iam' || !path.startsWith('role/')) throw new AwsError('ValidationError', 400, `${roleArn} is invalid`);
    const role = findRole(emulator.store, accountId, path.slice(path.lastIndexOf('/') + 1));
    // A role that is not there and one that may not be assumed read the same: names of roles are not given away.
    if (!role || role.arn !== roleArn) throw denied(principal, roleArn);
    const sessionName = input.RoleSessionName!;
    const keys = { 'sts:RoleSessionName': sessionName, ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }) };
    context.authorize({ action: 'sts:AssumeRole', resources: [roleArn], context: keys, trustPolicy: role.assumeRolePolicyDocument });

    const chained = principal.type === 'role';
    const seconds = input.DurationSeconds ?? 3600;
    const limit = chained ? 3600 : role.maxSessionDuration;
    if (seconds > limit)
      throw new AwsError(
        'ValidationError',
        400,
        chained
          ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
          : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    const sessionPolicies = readSessionPolicies(input, emulator.store, accountId);
    const assumed: Principal = {
      type: 'role',
      arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
      accountId,
      roleArn: role.arn,
      userId: `${role.roleId}:${sessionName}`,
      tags: Object.fromEntries(
        [...role.tags, ...(input.Tags ?? []).map(({ Key, Value }) => ({ Key, Value }))].map((tag) => [tag.Key ?? '', tag.Value ?? '']),
      ),
    };
    const issued = issueTemporaryCredentials(emulator.store, {
      principal: assumed,
      sessionPolicies,
      issuedAt: emulator.now(),
      expiration: new Date(emulator.now().getTime() + seconds * 1000),
    });
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: issued.expiration,
      },
      AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
    };
  },
});

/** The session is limited by all of them together. Managed ones count as they are now: a session keeps the policies that it began with. */
function readSessionPolicies(
  { Policy: inline, PolicyArns: managed = [] }: AssumeRoleCommandInput,
  store: Store,
  accountId: string,
): string[] {
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

function denied(principal: Principal, roleArn: string): AwsError {
  return new AwsError('AccessDenied', 403, `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
}
