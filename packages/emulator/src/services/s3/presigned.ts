import { AwsError } from '../../gateway/aws-error.ts';
import type { Signature } from '../../gateway/sigv4.ts';

const MAX_SECONDS = 7 * 24 * 60 * 60;

/** What a presigned URL says of its signature; `undefined` for a URL that is not one. */
export function parsePresigned(query: URLSearchParams): Signature | undefined {
  if (!query.has('X-Amz-Algorithm')) return undefined;
  const part = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  const [accessKeyId, date, region, service, terminator] = part('Credential').split('/');
  const expires = Number(part('Expires'));
  const isWhole = accessKeyId && date && region && service && terminator === 'aws4_request' && part('SignedHeaders') && part('Signature');
  if (part('Algorithm') !== 'AWS4-HMAC-SHA256' || !isWhole || !part('Date'))
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_SECONDS)
    throw malformed('X-Amz-Expires must be a whole number of seconds from 1 to a week (604800).');
  const sessionToken = query.get('X-Amz-Security-Token');
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: part('SignedHeaders').split(';'),
    signature: part('Signature'),
    timestamp: part('Date'),
    expiresInSeconds: expires,
    ...(sessionToken === null ? {} : { sessionToken }),
  };
}

function malformed(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', 400, message);
}
