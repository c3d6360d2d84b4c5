import type { GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput } from '@aws-sdk/client-sts';
import { accountInKey, accountOfKey } from '../../credentials/access-keys.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';

/** Whose a key is: not whether it is valid. Temporary keys are not stored, so their account is read from the id itself. */
export const getAccessKeyInfo = defineOperation<GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput>({
  authorize: () => [{ resources: ['*'] }],
  handle({ AccessKeyId: accessKeyId = '' }, { emulator }) {
    const account = accountOfKey(emulator.store, accessKeyId) ?? accountInKey(accessKeyId);
    if (account === undefined)
      throw new AwsError('ValidationError', 400, `Invalid AccessKeyId: ${accessKeyId}. Expected AKIA or ASIA and 16 letters and digits.`);
    return { Account: account };
  },
});
