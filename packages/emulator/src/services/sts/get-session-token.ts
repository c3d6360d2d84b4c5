import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { refuseInputs } from '../refuse-inputs.ts';
import { issueCredentials } from './role-session.ts';

const DEFAULT_SECONDS = 12 * 3600;
const NOT_HERE = { SerialNumber: 'there are no MFA devices.', TokenCode: 'there are no MFA devices.' };

/** Temporary credentials of the calling user, with the user's permissions; but IAM does not take them. */
export const getSessionToken = defineOperation<GetSessionTokenCommandInput, GetSessionTokenCommandOutput>({
  // No permission is needed.
  authorize: () => [],
  handle(input, { emulator, principal }) {
    refuseInputs(input, NOT_HERE);
    if (principal.tokenIssuedAt !== undefined)
      throw new AwsError('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
    const { DurationSeconds: seconds = DEFAULT_SECONDS, MinimumSessionTokenSize: minimumTokenSize } = input;
    return { Credentials: issueCredentials(emulator, principal, { seconds, minimumTokenSize }) };
  },
});
