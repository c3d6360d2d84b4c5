import type { ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listNames } from './list-names.ts';
import { requireRole, roleArn } from './role.ts';

export const listAttachedRolePolicies = defineOperation<ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput>({
  authorize: (input, context) => [{ resources: [roleArn(context, input.RoleName!)] }],
  handle(input, context) {
    const { names, ...page } = listNames('attached-role-policies', requireRole(context, input.RoleName!).attachedPolicyArns, input);
    return { AttachedPolicies: names.map((arn) => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1) })), ...page };
  },
});
