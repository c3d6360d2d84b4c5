import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../gateway/operation.ts';
import type { ContextValue, Principal } from '../../iam/types.ts';
import { trustPolicyOf, type RoleItem } from '../iam/role.ts';
import { checkDuration, roleOfArn, startRoleSession } from './role-session.ts';
import { readSessionTags, type SessionTags } from './session-tags.ts';

export const assumeRole = defineOperation<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
  // The handler asks: the role's trust policy is part of the question.
  authorize: () => [],
  handle(input, context) {
    const { emulator, principal } = context;
    const roleArn = input.RoleArn!;
    const role = roleOfArn(emulator.store, roleArn);
    // A role that is not there and one that may not be assumed read the same: names of roles are not given away.
    if (!role) throw denied(principal, roleArn);
    const session = readSessionTags(input.Tags ?? [], input.TransitiveTagKeys ?? [], principal);
    // Once it is set, it stays along the chain.
    const sourceIdentity = principal.sourceIdentity ?? input.SourceIdentity;
    requireTrust(input, role, { ...session, sourceIdentity }, context);
    checkDuration(input, role, principal.type === 'role');
    return {
      ...startRoleSession(emulator, role, input, { ...session, sourceIdentity }),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    };
  },
});

/** Tags and a source identity need permissions of their own, of the trust policy as well: they open conditions elsewhere. */
function requireTrust(
  input: AssumeRoleCommandInput,
  role: RoleItem,
  { tags, transitive, sourceIdentity }: SessionTags & { sourceIdentity: string | undefined },
  context: OperationContext,
): void {
  const { principal } = context;
  const keys: Record<string, ContextValue> = {
    'sts:RoleSessionName': input.RoleSessionName!,
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
    ...(Object.keys(transitive).length === 0 ? {} : { 'sts:TransitiveTagKeys': Object.keys(transitive) }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(Object.keys(tags).length === 0 ? {} : { 'aws:TagKeys': Object.keys(tags) }),
  };
  const actions = [
    'sts:AssumeRole',
    ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession']),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  for (const action of actions) context.authorize({ action, resources: [role.arn], context: keys, trustPolicy: trustPolicyOf(role) });
  if (input.SourceIdentity !== undefined && input.SourceIdentity !== sourceIdentity)
    throw denied(principal, role.arn, 'sts:SetSourceIdentity');
}

function denied(principal: Principal, roleArn: string, action = 'sts:AssumeRole'): AwsError {
  return new AwsError('AccessDenied', 403, `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
}
