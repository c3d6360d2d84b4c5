import type { PutRolePolicyCommandInput, PutRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { checkDocument } from './check-document.ts';
import { requireRole, roleAccess, saveRole } from './role.ts';

/** All inline policies of a role together, white space not counted. */
const MAX_INLINE_CHARACTERS = 10_240;

export const putRolePolicy = defineOperation<PutRolePolicyCommandInput, PutRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle({ RoleName: roleName, PolicyName: policyName, PolicyDocument: document }, context) {
    const role = requireRole(context, roleName!);
    checkDocument(document!, 'identity');
    const inlinePolicies = { ...role.inlinePolicies, [policyName!]: document! };
    const size = Object.values(inlinePolicies).reduce((sum, text) => sum + text.replaceAll(/\s/g, '').length, 0);
    if (size > MAX_INLINE_CHARACTERS) {
      throw new AwsError('LimitExceeded', 409, `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${roleName}`);
    }
    saveRole(context, { ...role, inlinePolicies });
    return {};
  },
});
