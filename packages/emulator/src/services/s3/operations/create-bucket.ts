import { readDocument } from '../body/read-document.ts';
import { bucketArn, findBucket, isBucketName, saveBucket } from '../bucket.ts';
import type { S3Call, S3Answer } from '../call.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { readTags } from '../tags.ts';
import { childText, type XmlElement } from '../xml.ts';

const DEFAULT_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(call: S3Call): Promise<S3Answer> {
  const { emulator, bucketName: name, principal, region: signedRegion } = call;
  call.requireOn(bucketArn({ name, region: signedRegion }), 's3:CreateBucket', { 's3:ResourceAccount': principal.accountId });
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name });
  refuseUnsupported(call);
  const document = await readDocument(call, 'CreateBucketConfiguration');
  const region = chosenRegion(document, signedRegion);
  const other = document?.children.find((child) => child.name === 'Bucket' || child.name === 'Location');
  if (other) throw notImplemented(`A directory bucket (${other.name} of CreateBucketConfiguration)`);
  const tags = readTags(document?.children.find((child) => child.name === 'Tags'));
  const isTagged = Object.keys(tags).length > 0;

  const existing = findBucket(emulator.store, name);
  if (existing && existing.accountId !== principal.accountId)
    throw s3Error(
      'BucketAlreadyExists',
      409,
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { BucketName: name },
    );
  // In us-east-1 S3 answers who makes a bucket again as if it were new, and leaves it as it is: unless it would have to get tags.
  if (existing && (isTagged || existing.region !== DEFAULT_REGION || region !== DEFAULT_REGION))
    throw s3Error('BucketAlreadyOwnedByYou', 409, 'Your previous request to create the named bucket succeeded and you already own it.', {
      BucketName: name,
    });
  if (!existing)
    saveBucket(emulator.store, {
      accountId: principal.accountId,
      region,
      name,
      item: { createdAt: emulator.now().toISOString(), ...(isTagged ? { tags } : {}) },
    });
  const location = region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
  return { headers: { location, 'x-amz-bucket-arn': bucketArn({ name, region }) } };
}

/** Throws for settings that a bucket cannot have here, or that S3 refuses as well. */
function refuseUnsupported({ headers }: S3Call): void {
  if (headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true') throw notImplemented('Object Lock');
  const namespace = headers['x-amz-bucket-namespace'] ?? 'global';
  if (namespace !== 'global') throw notImplemented(`The header x-amz-bucket-namespace: ${namespace.slice(0, 100)}`);
  const ownership = headers['x-amz-object-ownership'] ?? 'BucketOwnerEnforced';
  if (ownership !== 'BucketOwnerEnforced') throw notImplemented(`The header x-amz-object-ownership: ${ownership.slice(0, 100)}`);
  if ((headers['x-amz-acl'] ?? 'private') !== 'private' || Object.keys(headers).some((name) => name.startsWith('x-amz-grant-')))
    throw s3Error(
      'InvalidBucketAclWithObjectOwnership',
      400,
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
}

/** us-east-1 is where a bucket is that names no region, and the one that must not be named. Only there can another one be named. */
function chosenRegion(document: XmlElement | undefined, signedRegion: string): string {
  const constraint = document && childText(document, 'LocationConstraint');
  if (constraint === undefined || constraint === '') {
    if (signedRegion === DEFAULT_REGION) return DEFAULT_REGION;
    throw incompatible('unspecified');
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (signedRegion !== DEFAULT_REGION) {
    if (signedRegion !== region) throw incompatible(constraint);
    return region;
  }
  if (constraint === DEFAULT_REGION || !/^[a-z]{2}(?:-[a-z]+)+-\d$|^EU$/.test(constraint))
    throw s3Error('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', { LocationConstraint: constraint });
  return region;
}

function incompatible(constraint: string) {
  return s3Error(
    'IllegalLocationConstraintException',
    400,
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
