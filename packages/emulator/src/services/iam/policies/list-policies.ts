import type { ListPoliciesCommandInput, ListPoliciesCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listNames } from '../list-names.ts';
import { allPolicies, isAwsPolicy, type AnyPolicy } from './any-policy.ts';
import { describePolicy } from './describe-policy.ts';
import { policyUses, type PolicyUses } from './policy-uses.ts';

export const listPolicies = defineOperation<ListPoliciesCommandInput, ListPoliciesCommandOutput>({
  handle(input, { emulator, accountId }) {
    const usesOf = policyUses(emulator.store, accountId);
    const all = allPolicies(emulator.store, accountId);
    const listed = [...all].filter(([, policy]) => isWanted(policy, usesOf(policy.arn), input)).map(([place]) => place);
    const { names, ...page } = listNames('policies', listed, input);
    const policies = names.map((place) => all.get(place)!);
    // The list leaves out tags and descriptions, as the service does.
    return {
      Policies: policies.map((policy) => ({ ...describePolicy(policy, usesOf(policy.arn)), Tags: undefined, Description: undefined })),
      ...page,
    };
  },
});

function isWanted({ arn, path }: AnyPolicy, { attached, boundary }: PolicyUses, input: ListPoliciesCommandInput): boolean {
  const { Scope: scope = 'All', OnlyAttached: onlyAttached = false, PathPrefix: prefix = '/', PolicyUsageFilter: usage } = input;
  if (scope !== 'All' && isAwsPolicy(arn) !== (scope === 'AWS')) return false;
  if (!path.startsWith(prefix)) return false;
  if (usage === 'PermissionsBoundary') return boundary.length > 0;
  return attached.length > 0 || (!onlyAttached && usage === undefined);
}
