import type { S3Call } from './call.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';

/** What is kept of an upload's headers and given back with the object. */
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
];
/** Canned ACLs that say what holds anyway: buckets have no ACLs since April 2023. */
const HARMLESS_ACLS = new Set(['private', 'bucket-owner-full-control', 'bucket-owner-read']);
const UNSUPPORTED = ['x-amz-object-lock-', 'x-amz-server-side-encryption-customer-', 'x-amz-write-offset-bytes'];
const ENCRYPTIONS = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);
const STORAGE_CLASSES = new Set(['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'REDUCED_REDUNDANCY', 'GLACIER_IR']);
const MAX_METADATA_BYTES = 2048;

/** Reads the headers that describe an object. Throws for those that would change what S3 does, and do nothing here. */
export function readObjectHeaders(headers: S3Call['headers']): Record<string, string> {
  const unsupported = Object.keys(headers).find((name) => UNSUPPORTED.some((prefix) => name.startsWith(prefix)));
  if (unsupported !== undefined) throw notImplemented(`The header ${unsupported}`);
  const acl = headers['x-amz-acl'];
  if ((acl !== undefined && !HARMLESS_ACLS.has(acl)) || Object.keys(headers).some((name) => name.startsWith('x-amz-grant-')))
    throw s3Error('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256';
  if (!ENCRYPTIONS.has(encryption))
    throw invalidArgument('The encryption method specified is not supported', 'x-amz-server-side-encryption', encryption);
  // Those that have to be restored before they can be read are not here.
  if (!STORAGE_CLASSES.has(headers['x-amz-storage-class'] ?? 'STANDARD'))
    throw s3Error('InvalidStorageClass', 400, 'The storage class you specified is not valid');

  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const size = metadata.reduce((sum, [name, value = '']) => sum + name.length - 'x-amz-meta-'.length + value.length, 0);
  if (size > MAX_METADATA_BYTES)
    throw s3Error('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  const kept = [...KEPT.map((name) => [name, headers[name]] as const), ...metadata].filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const result = Object.fromEntries(kept) as Record<string, string>;
  // aws-chunked is how the body came, not what it is.
  const encodings = (result['content-encoding'] ?? '').split(',').map((name) => name.trim());
  delete result['content-encoding'];
  const own = encodings.filter((name) => name !== '' && name.toLowerCase() !== 'aws-chunked').join(',');
  return {
    'content-type': headers['content-type'] ?? 'binary/octet-stream',
    ...result,
    ...(own === '' ? {} : { 'content-encoding': own }),
    'x-amz-server-side-encryption': encryption,
  };
}
