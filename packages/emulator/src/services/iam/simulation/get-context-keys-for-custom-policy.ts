import type { GetContextKeysForCustomPolicyCommandInput, GetContextKeysForCustomPolicyCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../../gateway/operation.ts';

import { keysOfPolicies } from './keys-of-policies.ts';
import { fromRequest } from './simulated-policies.ts';

export const getContextKeysForCustomPolicy = defineOperation<
  GetContextKeysForCustomPolicyCommandInput,
  GetContextKeysForCustomPolicyCommandOutput
>({
  handle: (input) => ({ ContextKeyNames: keysOfPolicies(fromRequest(input.PolicyInputList ?? [], 'PolicyInputList')) }),
});
