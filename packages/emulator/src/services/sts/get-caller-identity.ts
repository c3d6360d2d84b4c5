import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { defineOperation } from '../../gateway/operation.ts';

export const getCallerIdentity = defineOperation<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput>({
  // No permission is needed, and none can deny it.
  authorize: () => [],
  handle: (_input, { principal }) => ({
    UserId: principal.userId ?? principal.accountId,
    Account: principal.accountId,
    Arn: principal.arn,
  }),
});
