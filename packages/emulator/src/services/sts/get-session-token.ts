import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { issueCredentials } from './role-session.ts';

const DEFAULT_SECONDS = 12 * 3600;
/** Temporary credentials of the calling user, with the user's permissions; but IAM does not take them. */
export const getSessionToken = defineOperation<GetSessionTokenCommandInput, GetSessionTokenCommandOutput>({
  // No permission is needed.
  authorize: () => [],
  handle(input, { emulator, principal }) {
    if (principal.tokenIssuedAt !== undefined)
      throw new AwsError('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
    const { DurationSeconds: seconds = DEFAULT_SECONDS, MinimumSessionTokenSize: minimumTokenSize } = input;
    return { Credentials: issueCredentials(emulator, principal, { seconds, minimumTokenSize }) };
  },
});
