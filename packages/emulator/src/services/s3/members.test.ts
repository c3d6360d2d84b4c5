import * as sdk from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { AwsError } from '../../gateway/aws-error.ts';
import { refuseHeaders } from './refuse-headers.ts';

const OPERATIONS = [
  'CreateBucket HeadBucket DeleteBucket GetBucketLocation ListBuckets',
  'GetBucketTagging PutBucketTagging DeleteBucketTagging GetBucketVersioning PutBucketVersioning',
  'GetBucketEncryption PutBucketEncryption DeleteBucketEncryption GetPublicAccessBlock PutPublicAccessBlock DeletePublicAccessBlock',
  'PutObject GetObject HeadObject DeleteObject DeleteObjects CopyObject GetObjectTagging PutObjectTagging DeleteObjectTagging',
  'ListObjects ListObjectsV2 ListObjectVersions',
  'CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload AbortMultipartUpload ListParts ListMultipartUploads',
].flatMap((names) => names.split(' '));

const OF_CONTENT = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];
const OF_BODY = ['content-length', 'content-md5', 'x-amz-sdk-checksum-algorithm'];
/** What operations read, or judge by its value; a checksum is one of any algorithm. */
const USED = new Set([
  ...OF_CONTENT,
  ...OF_BODY,
  ...words('if-match if-none-match if-modified-since if-unmodified-since range x-amz-storage-class x-amz-website-redirect-location'),
  ...words('x-amz-acl x-amz-expected-bucket-owner x-amz-source-expected-bucket-owner x-amz-tagging x-amz-bypass-governance-retention'),
  ...words('x-amz-bucket-namespace x-amz-bucket-object-lock-enabled x-amz-object-ownership'),
  ...words('x-amz-checksum-algorithm x-amz-checksum-mode x-amz-checksum-type x-amz-mp-object-size'),
  ...words('x-amz-copy-source x-amz-copy-source-range x-amz-metadata-directive x-amz-tagging-directive'),
  ...words('x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-bucket-key-enabled'),
]);
const USED_PREFIXES = ['x-amz-checksum-', 'x-amz-grant-', 'x-amz-copy-source-if-'];
/** Why nothing needs to be done for them. */
const HARMLESS: Readonly<Record<string, string>> = {
  'x-amz-request-payer': 'no bucket here lets its readers pay',
  'x-amz-mfa': 'no bucket here has MfaDelete, which is refused',
  'x-amz-optional-object-attributes': 'no object here has to be restored, the only thing that it asks for',
};
const USED_QUERY = new Set([
  ...OF_CONTENT.map((name) => `response-${name}`),
  ...words('bucket-region continuation-token delimiter encoding-type fetch-owner key-marker marker max-buckets max-keys max-parts'),
  ...words('max-uploads part-number-marker partNumber prefix start-after upload-id-marker uploadId version-id-marker versionId'),
]);

function words(text: string): string[] {
  return text.split(' ');
}

interface Member {
  operation: string;
  header?: string;
  query?: string;
}

/** The members of an operation's input that are sent in a header or in the query, from the schemas of the SDK. */
function membersOf(operation: string): Member[] {
  const schema = (sdk as unknown as Record<string, [number, string, string, object, () => unknown[]]>)[`${operation}$`]!;
  const traits = (schema[4]()[5] as unknown[]).map((member) => (Array.isArray(member) ? (member[1] as unknown) : member));
  return traits.flatMap((trait): Member[] => {
    const { httpHeader, httpQuery } = (typeof trait === 'object' ? trait : {}) as { httpHeader?: string; httpQuery?: string };
    if (httpHeader !== undefined) return [{ operation, header: httpHeader.toLowerCase() }];
    return httpQuery === undefined ? [] : [{ operation, query: httpQuery }];
  });
}

test('each member of each operation is used, refused by name, or harmless for a reason', () => {
  const members = OPERATIONS.flatMap(membersOf);
  expect(members.length).toBeGreaterThan(250);
  const ignored = members.filter(({ header, query = '' }) => {
    if (header === undefined) return !USED_QUERY.has(query);
    if (USED.has(header) || USED_PREFIXES.some((prefix) => header.startsWith(prefix)) || header in HARMLESS) return false;
    return !isRefused(header);
  });
  expect(ignored).toEqual([]);
});

test('nothing is called used that is refused', () => {
  expect([...USED, ...Object.keys(HARMLESS)].filter(isRefused)).toEqual([]);
});

function isRefused(header: string): boolean {
  try {
    refuseHeaders({ [header]: 'x' });
    return false;
  } catch (error) {
    const { status, message, details } = error as AwsError;
    return status === 501 && `${message} ${String(details['Header'])}`.includes(header);
  }
}
