import type { GetContextKeysForPrincipalPolicyCommandInput, GetContextKeysForPrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import { attachedPolicies } from '../../../authorization/attached-policies.ts';
import { defineOperation } from '../../../gateway/operation.ts';

import { requireEntity } from './entity.ts';
import { keysOfPolicies } from './keys-of-policies.ts';
import { fromEntity, fromRequest } from './simulated-policies.ts';

/** Of the policies that somebody has at this moment, and of more that the request brings. */
export const getContextKeysForPrincipalPolicy = defineOperation<
  GetContextKeysForPrincipalPolicyCommandInput,
  GetContextKeysForPrincipalPolicyCommandOutput
>({
  authorize: (input) => [{ resources: [input.PolicySourceArn!] }],
  handle(input, { emulator }) {
    const { principal, kind, name } = requireEntity(emulator.store, input.PolicySourceArn!);
    const { identity } = attachedPolicies(emulator.store, principal);
    const policies = [...fromEntity(identity, `${kind}_${name}`), ...fromRequest(input.PolicyInputList ?? [], 'PolicyInputList')];
    return { ContextKeyNames: keysOfPolicies(policies) };
  },
});
