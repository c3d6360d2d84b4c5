import type { ListPolicyVersionsCommandInput, ListPolicyVersionsCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';
import { listNames } from '../list-names.ts';
import { requirePolicy } from './any-policy.ts';
import { describeVersion } from './describe-policy.ts';
import { policyAccess } from './policy.ts';

/** The youngest comes first. */
export const listPolicyVersions = defineOperation<ListPolicyVersionsCommandInput, ListPolicyVersionsCommandOutput>({
  authorize: (input, context) => policyAccess(context, input.PolicyArn!),
  handle(input, context) {
    const policy = requirePolicy(context, input.PolicyArn!);
    const byPlace = new Map(policy.versions.map((version) => [placeOf(version.versionId), version]));
    const { names, ...page } = listNames('policy-versions', [...byPlace.keys()], input);
    return { Versions: names.map((place) => describeVersion(byPlace.get(place)!, policy)), ...page };
  },
});

/** Sorts `v10` before `v9`. */
const placeOf = (versionId: string) => String(999_999_999 - Number(versionId.slice(1)));
