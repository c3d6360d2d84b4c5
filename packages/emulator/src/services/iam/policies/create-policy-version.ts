import type { CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { checkDocument } from '../check-document.ts';
import { describeVersion } from './describe-policy.ts';
import { checkSize, policyAccess, requireOwnPolicy, savePolicy, type PolicyItem } from './policy.ts';

const MAX_VERSIONS = 5;

export const createPolicyVersion = defineOperation<CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn, PolicyDocument: document = '', SetAsDefault: isDefault = false }, context) {
    const policy = requireOwnPolicy(context, arn!, 'CreatePolicyVersion');
    checkDocument(document, 'identity');
    checkSize(document);
    if (policy.versions.length >= MAX_VERSIONS) {
      throw new AwsError(
        'LimitExceeded',
        409,
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const createDate = context.emulator.now().toISOString();
    const lastVersion = policy.lastVersion + 1;
    const version = { versionId: `v${lastVersion}`, document, createDate };
    const changed: PolicyItem = {
      ...policy,
      updateDate: createDate,
      lastVersion,
      versions: [...policy.versions, version],
      ...(isDefault ? { defaultVersionId: version.versionId } : {}),
    };
    savePolicy(context, changed);
    return { PolicyVersion: describeVersion(version, changed) };
  },
});
