import type { IncomingMessage } from 'node:http';
import { transportKeys } from '../../authorization/transport-keys.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { findHolder } from '../../credentials/authenticate.ts';
import { parseSignature, type Signature } from '../../gateway/sigv4.ts';
import { bucketArn, findBucket, type Bucket } from './bucket.ts';
import type { Access, S3Call } from './call.ts';
import type { S3Options } from './create-s3-handler.ts';
import { noSuchBucket, notImplemented, s3Error } from './errors.ts';
import { readHeaderText } from './header-text.ts';
import { identifySender, type Sent } from './identify-sender.ts';
import { isFormUpload } from './lazy-s3.ts';
import { parsePresigned } from './presigned.ts';
import { verifyPresignedV2 } from './signature-v2.ts';
import type { Target } from './read-target.ts';

/** Finds out who sent a request, and ties it to what they may do. Throws S3's code for a signature that does not hold. */
export function createCall({ emulator, authenticate, authorizer }: S3Options, request: IncomingMessage, target: Target): S3Call {
  const { query, bucketName, key } = target;
  if (isFormUpload(request)) throw notImplemented('Uploading with an HTML form (POST Object)');
  const isV2 = query.has('AWSAccessKeyId');
  const presigned = isV2 ? undefined : parsePresigned(query);
  if (!isV2 && !presigned && request.headers.authorization === undefined) throw anonymous(emulator.store, bucketName);
  const sent = readHeaderText(request.headers);
  // A presigned URL can carry in its query what would else be a header: one of version 2 only what that version signs.
  const canBeHeader = (name: string) => !isV2 || /^(?:x-amz-.*|content-md5|content-type)$/i.test(name);
  const named = presigned || isV2 ? [...query].filter(([name]) => canBeHeader(name)) : [];
  const inQuery = Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value]));
  const headers: S3Call['headers'] = { ...inQuery, ...(sent as Record<string, string | undefined>) };
  const sender = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: sent,
    headersDistinct: readHeaderText(request.headersDistinct),
    allHeaders: headers,
    now: emulator.now(),
  };
  const { principal, sessionPolicies, region, bodySignature } = isV2
    ? identifyByV2(emulator.store, sender, target)
    : identifyByV4(authenticate, sender, presigned ?? parseSignature(request.headers));

  const requireOn: S3Call['requireOn'] = (resource, action, context = {}) => {
    try {
      authorizer.require(
        { principal, sessionPolicies },
        { action, resources: [resource], context: { ...transportKeys(request, region), ...context } },
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // S3 puts the resource in quotes, as a key can hold anything.
      throw new AwsError(
        error.code,
        error.status,
        error.message.replace(`resource: ${resource}`, () => `resource: "${resource}"`),
      );
    }
  };

  const requireOf = (bucket: Bucket, action: string, { onKey, context = {} }: Access) => {
    const { accountId } = bucket;
    const resource = bucketArn(bucket, onKey);
    requireOn(resource, action, { 'aws:ResourceAccount': accountId, 's3:ResourceAccount': accountId, ...context });
    // Also where policies are not enforced: an account's buckets are its own, as there are no bucket policies here.
    if (accountId === principal.accountId) return;
    throw new AwsError(
      'AccessDenied',
      403,
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: "${resource}" because no resource-based policy allows the ${action} action`,
    );
  };

  const requireIn =
    (name: string, expectedOwner: string | undefined): S3Call['require'] =>
    (actions, access = {}) => {
      const bucket = findBucket(emulator.store, name);
      if (!bucket) throw noSuchBucket(name);
      if (bucket.region !== region && !access.anyRegion) throw wrongRegion(region, bucket.region);
      for (const action of [actions].flat()) requireOf(bucket, action, access);
      if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) throw new AwsError('AccessDenied', 403, 'Access Denied');
      return bucket;
    };

  const call: S3Call = {
    emulator,
    principal,
    region,
    bucketName,
    key,
    query,
    headers,
    request,
    bodySignature,
    requireOn,
    require: requireIn(bucketName, headers['x-amz-expected-bucket-owner']),
    about: (otherBucket, otherKey, otherQuery) => ({
      ...call,
      bucketName: otherBucket,
      key: otherKey,
      query: otherQuery,
      // A copy is signed for the region that it goes to; where it comes from may be another.
      require: (action, access = {}) =>
        requireIn(otherBucket, headers['x-amz-source-expected-bucket-owner'])(action, { ...access, anyRegion: true }),
    }),
    allows(bucket, action, access = {}) {
      try {
        requireOf(bucket, action, access);
        return true;
      } catch (error) {
        if (error instanceof AwsError) return false;
        throw error;
      }
    },
  };
  return call;
}

function identifyByV4(authenticate: S3Options['authenticate'], sender: Sent, given: Signature) {
  const { principal, sessionPolicies, signature, signingKey } = identifySender(authenticate, sender, given);
  const { region, date, timestamp } = signature;
  const bodySignature = { seed: signature.signature, timestamp, scope: `${date}/${region}/s3/aws4_request`, key: signingKey };
  return { principal, sessionPolicies, region, bodySignature };
}

/** Version 2 has no region, so that of the bucket is meant, and nothing that chunks of a body could be signed with. */
function identifyByV2(store: S3Options['emulator']['store'], sender: Sent, { query, bucketName, bucketInHost }: Target) {
  const bucket = findBucket(store, bucketName);
  if (!bucket) throw noSuchBucket(bucketName);
  const { region } = bucket;
  const { principal, sessionPolicies } = verifyPresignedV2({ ...sender, query, region, bucketInHost }, (key) =>
    findHolder(store, { ...key, service: 's3', region }, sender.now),
  );
  return { principal, sessionPolicies, region, bodySignature: undefined };
}

/** Nothing here is public. Of a bucket that is not there S3 says so to everybody. */
function anonymous(store: S3Options['emulator']['store'], bucketName: string): AwsError {
  if (bucketName !== '' && !findBucket(store, bucketName)) return noSuchBucket(bucketName);
  return s3Error('AccessDenied', 403, 'Access Denied');
}

/** The header is how SDKs find the right region by themselves. */
function wrongRegion(given: string, expected: string): AwsError {
  return new AwsError(
    'AuthorizationHeaderMalformed',
    400,
    `The authorization header is malformed; the region '${given}' is wrong; expecting '${expected}'`,
    {
      details: { Region: expected },
      headers: { 'x-amz-bucket-region': expected },
    },
  );
}
