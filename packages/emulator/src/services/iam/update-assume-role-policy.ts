import type { UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { checkDocument } from './check-document.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';

export const updateAssumeRolePolicy = defineOperation<UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const role = requireRole(context, input.RoleName!);
    checkDocument(input.PolicyDocument!, 'trust');
    saveRole(context, { ...role, assumeRolePolicyDocument: input.PolicyDocument! });
    return {};
  },
});
