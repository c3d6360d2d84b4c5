import type { Policy, PolicyVersion } from '@aws-sdk/client-iam';
import type { AnyPolicy } from './any-policy.ts';
import type { PolicyUses } from './policy-uses.ts';

export function describePolicy(policy: AnyPolicy, uses: PolicyUses): Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: uses.attached.length,
    PermissionsBoundaryUsageCount: uses.boundary.length,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: dateOf(policy.createDate),
    UpdateDate: dateOf(policy.updateDate),
    ...(policy.tags.length > 0 ? { Tags: policy.tags } : {}),
  };
}

/** Without the document: only GetPolicyVersion answers it. */
export function describeVersion(
  { versionId, createDate }: AnyPolicy['versions'][number],
  { defaultVersionId }: Pick<AnyPolicy, 'defaultVersionId'>,
): PolicyVersion {
  return { VersionId: versionId, IsDefaultVersion: versionId === defaultVersionId, CreateDate: dateOf(createDate) };
}

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
