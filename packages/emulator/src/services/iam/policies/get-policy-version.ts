import type { GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { encodeDocument } from '../role.ts';
import { requirePolicy } from './any-policy.ts';
import { describeVersion } from './describe-policy.ts';
import { findVersion, policyAccess } from './policy.ts';

export const getPolicyVersion = defineOperation<GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle({ PolicyArn: arn, VersionId: versionId }, context) {
    const policy = requirePolicy(context, arn!);
    const version = findVersion(policy, versionId!);
    return { PolicyVersion: { ...describeVersion(version, policy), Document: encodeDocument(version.document) } };
  },
});
