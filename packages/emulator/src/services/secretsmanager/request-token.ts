import { AwsError } from '../../gateway/aws-error.ts';

/** The SDKs and the aws CLI make up a token where the program gives none: only requests written by hand lack one, and AWS refuses those. */
export function requireRequestToken({ ClientRequestToken: token }: { ClientRequestToken?: string | undefined }): string {
  if (token === undefined)
    throw new AwsError('InvalidRequestException', 400, 'You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  return token;
}
