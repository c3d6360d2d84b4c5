import type { GetRolePolicyCommandInput, GetRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { encodeDocument, noSuchEntity, requireRole, roleAccess } from './role.ts';

export const getRolePolicy = defineOperation<GetRolePolicyCommandInput, GetRolePolicyCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle({ RoleName: roleName, PolicyName: policyName }, context) {
    const document = requireRole(context, roleName!).inlinePolicies[policyName!];
    if (document === undefined) throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
    return { RoleName: roleName, PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  },
});
