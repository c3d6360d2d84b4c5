import type { ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listNames } from './list-names.ts';
import { placeOf } from './policies/any-policy.ts';
import { requireRole, roleAccess } from './role.ts';

export const listAttachedRolePolicies = defineOperation<ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const attached = requireRole(context, input.RoleName!).attachedPolicyArns.filter((arn) =>
      pathOf(arn).startsWith(input.PathPrefix ?? '/'),
    );
    const byPlace = new Map(attached.map((arn) => [placeOf(arn), arn]));
    const { names, ...page } = listNames('attached-role-policies', [...byPlace.keys()], input);
    const arns = names.map((place) => byPlace.get(place)!);
    return { AttachedPolicies: arns.map((arn) => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1) })), ...page };
  },
});

/** `/team/` of `arn:aws:iam::123456789012:policy/team/name`. */
const pathOf = (arn: string) => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
