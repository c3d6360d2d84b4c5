import type { AttachRolePolicyCommandInput, AttachRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { policyDocument } from './policies/any-policy.ts';
import { checkPolicyArn } from './policies/policy.ts';
import { noSuchEntity, requireRole, roleAccess, saveRole } from './role.ts';

const MAX_ATTACHED = 10;

export const attachRolePolicy = defineOperation<AttachRolePolicyCommandInput, AttachRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!, { 'iam:PolicyARN': input.PolicyArn! }),
  handle({ RoleName: roleName, PolicyArn: policyArn }, context) {
    const role = requireRole(context, roleName!);
    checkPolicyArn(policyArn!);
    if (policyDocument(context.emulator.store, context.accountId, policyArn!) === undefined) {
      // Refused rather than attached without effect: a policy that does nothing here would fail only on a real account's opposite.
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    }
    if (role.attachedPolicyArns.includes(policyArn!)) return {};
    if (role.attachedPolicyArns.length >= MAX_ATTACHED) {
      throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`);
    }
    saveRole(context, { ...role, attachedPolicyArns: [...role.attachedPolicyArns, policyArn!] });
    return {};
  },
});
