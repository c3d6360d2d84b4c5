import type { AssumeRoleWithWebIdentityCommandInput, AssumeRoleWithWebIdentityCommandOutput, Tag } from '@aws-sdk/client-sts';
import type { JWTPayload } from 'jose';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { compilePolicy } from '../../iam/compile-policy.ts';
import { evaluateTrust } from '../../iam/evaluate-trust.ts';
import type { ContextValue, Principal } from '../../iam/types.ts';
import { trustPolicyOf, type RoleItem } from '../iam/role.ts';
import { checkDuration, roleOfArn, startRoleSession } from './role-session.ts';
import { readSessionTags, type SessionTags } from './session-tags.ts';
import { verifyWebIdentity, type WebIdentity } from './verify-web-identity.ts';

/** An unsigned request does not say to which region it goes. */
const REGIONS: Readonly<Record<string, string>> = { 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };

/** Makes a token of an identity provider into a session of a role that trusts the provider. Takes requests without a signature. */
export const assumeRoleWithWebIdentity = defineOperation<AssumeRoleWithWebIdentityCommandInput, AssumeRoleWithWebIdentityCommandOutput>({
  authenticateBearer({ RoleArn: arn = '' }) {
    const [, partition = '', , , accountId = ''] = arn.split(':');
    return Promise.resolve({
      principal: { type: 'anonymous', arn: 'anonymous', accountId },
      sessionPolicies: [],
      region: REGIONS[partition] ?? 'us-east-1',
    });
  },
  // The token and the role's trust policy decide.
  authorize: () => [],
  async handle(input, { emulator }) {
    const role = roleOfArn(emulator.store, input.RoleArn!);
    // A role that is not there and one that may not be assumed read the same.
    if (!role) throw denied('sts:AssumeRoleWithWebIdentity');
    const identity = await verifyWebIdentity(emulator, role.arn.split(':')[4] ?? '', input.WebIdentityToken!);
    const session = tagsOf(identity.claims);
    const sourceIdentity = identity.claims['https://aws.amazon.com/source_identity'];
    const source = typeof sourceIdentity === 'string' ? sourceIdentity : undefined;
    requireTrust(role, identity, input.RoleSessionName!, { ...session, sourceIdentity: source });
    checkDuration(input, role, false);
    return {
      ...startRoleSession(emulator, role, input, { ...session, sourceIdentity: source }),
      SubjectFromWebIdentityToken: identity.subject,
      Provider: identity.provider.arn,
      Audience: identity.audience,
      ...(source === undefined ? {} : { SourceIdentity: source }),
    };
  },
});

function requireTrust(
  role: RoleItem,
  { provider, keys }: WebIdentity,
  sessionName: string,
  { tags, sourceIdentity }: SessionTags & { sourceIdentity: string | undefined },
): void {
  const trust = compilePolicy(trustPolicyOf(role), 'trust');
  const principal: Principal = { type: 'federated', arn: provider.arn, accountId: provider.arn.split(':')[4] ?? '' };
  const context: Record<string, ContextValue> = {
    ...keys,
    'aws:FederatedProvider': provider.arn,
    'sts:RoleSessionName': sessionName,
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(Object.keys(tags).length === 0 ? {} : { 'aws:TagKeys': Object.keys(tags) }),
  };
  const actions = [
    'sts:AssumeRoleWithWebIdentity',
    ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession']),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  for (const action of actions) if (!evaluateTrust(trust, { principal, action, resource: role.arn, context }).allowed) throw denied(action);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function tagsOf(claims: JWTPayload): SessionTags {
  const { principal_tags: given = {}, transitive_tag_keys: transitive = [] } = (claims['https://aws.amazon.com/tags'] ?? {}) as {
    principal_tags?: Record<string, string | string[]>;
    transitive_tag_keys?: string[];
  };
  const tags = Object.entries(given).map(([Key, value]): Tag => ({ Key, Value: String([value].flat()[0] ?? '') }));
  return readSessionTags(tags, [transitive].flat().map(String));
}

function denied(action: string): AwsError {
  return new AwsError('AccessDenied', 403, `Not authorized to perform ${action}`);
}
