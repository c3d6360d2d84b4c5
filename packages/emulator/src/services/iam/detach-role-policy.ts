import type { DetachRolePolicyCommandInput, DetachRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { noSuchEntity, requireRole, roleAccess, saveRole } from './role.ts';

export const detachRolePolicy = defineOperation<DetachRolePolicyCommandInput, DetachRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!, { 'iam:PolicyARN': input.PolicyArn! }),
  handle({ RoleName: roleName, PolicyArn: policyArn }, context) {
    const role = requireRole(context, roleName!);
    if (!role.attachedPolicyArns.includes(policyArn!)) throw noSuchEntity(`Policy ${policyArn} was not found.`);
    saveRole(context, { ...role, attachedPolicyArns: role.attachedPolicyArns.filter((arn) => arn !== policyArn) });
    return {};
  },
});
