import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Holder } from '../../credentials/authenticate.ts';
import { invalidRequest, s3Error } from './errors.ts';

/** Regions that were there before version 4 of signatures: the others never knew version 2. */
const REGIONS = new Set('us-east-1 us-west-1 us-west-2 eu-west-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 sa-east-1'.split(' '));
/** What of a query is signed: what makes another operation or another answer of the request. */
const SIGNED_PARAMETERS = new Set(
  [
    'accelerate acl analytics cors delete inventory lifecycle location logging metrics notification object-lock partNumber policy replication',
    'requestPayment restore select select-type storageClass tagging torrent uploadId uploads versionId versioning versions website',
    'response-cache-control response-content-disposition response-content-encoding response-content-language response-content-type response-expires',
  ].flatMap((names) => names.split(' ')),
);

export interface PresignedV2 {
  method: string;
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  bucketInHost: string | undefined;
  /** That of the bucket: the signature names none. */
  region: string;
  now: Date;
}

/**
 * Who presigned a URL with version 2, as boto3 and `aws s3 presign` do by default. Throws S3's code where the signature does not hold.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
export function verifyPresignedV2(
  request: PresignedV2,
  findHolder: (key: { accessKeyId: string; sessionToken?: string }) => Holder,
): Holder {
  const { query, now, region } = request;
  const [accessKeyId, signature, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) => query.get(name) ?? '');
  if (!REGIONS.has(region))
    throw invalidRequest('The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.');
  if (!accessKeyId || !signature || !/^\d{1,12}$/.test(expires!))
    throw s3Error('AccessDenied', 403, 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  const sessionToken = query.get('x-amz-security-token');
  const holder = findHolder({ accessKeyId, ...(sessionToken === null ? {} : { sessionToken }) });
  const text = stringToSign(request, expires!);
  const expected = createHmac('sha1', holder.secretAccessKey).update(text).digest();
  const actual = Buffer.from(signature, 'base64');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    throw s3Error(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: accessKeyId, StringToSign: text, SignatureProvided: signature.slice(0, 1024) },
    );
  if (Number(expires) * 1000 < now.getTime()) {
    const time = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
    throw s3Error('AccessDenied', 403, 'Request has expired', { Expires: time(new Date(Number(expires) * 1000)), ServerTime: time(now) });
  }
  return holder;
}

function stringToSign({ method, url, query, headers, bucketInHost }: PresignedV2, expires: string): string {
  const amz = [...query, ...Object.entries(headers).map(([name, value]) => [name, String(value)] as const)]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith('x-amz-'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  const parameters = [...query]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = `${bucketInHost === undefined ? '' : `/${bucketInHost}`}${url.split('?', 1)[0]}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
  const header = (name: string) => String(headers[name] ?? query.get(name) ?? '');
  return [method, header('content-md5'), header('content-type'), expires, `${amz.join('')}${resource}`].join('\n');
}
