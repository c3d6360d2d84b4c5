import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { chooseEncryption } from './encryption.ts';
import { notImplemented, s3Error } from './errors.ts';

/** What is kept of an upload's headers and given back with the object, and copied with it. */
const METADATA = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
/** What every write says anew. */
const SETTINGS = ['x-amz-storage-class', 'x-amz-website-redirect-location'];
/** Canned ACLs that say what holds anyway: buckets have no ACLs since April 2023. */
const HARMLESS_ACLS = new Set(['private', 'bucket-owner-full-control', 'bucket-owner-read']);
const STORAGE_CLASSES = new Set(['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'REDUCED_REDUNDANCY', 'GLACIER_IR']);
/** Before such an object can be read it must be restored, which there is not here. */
const TO_BE_RESTORED = new Set(['GLACIER', 'DEEP_ARCHIVE']);
const MAX_METADATA_BYTES = 2048;

/** Reads the headers that describe an object. Throws for those that would change what S3 does, and do nothing here. */
export function readObjectHeaders(call: S3Call, bucket: Bucket): Record<string, string> {
  return { ...readMetadata(call), ...readSettings(call, bucket) };
}

/** The type, the user's metadata and what else belongs to the content. */
export function readMetadata({ headers }: Pick<S3Call, 'headers'>): Record<string, string> {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const size = metadata.reduce((sum, [name, value = '']) => sum + name.length - 'x-amz-meta-'.length + Buffer.byteLength(value), 0);
  if (size > MAX_METADATA_BYTES)
    throw s3Error('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  const { 'content-encoding': encoding = '', ...result } = present([
    ...METADATA.map((name) => [name, headers[name]] as const),
    ...metadata,
  ]);
  // aws-chunked is how the body came, not what it is.
  const encodings = encoding.split(',').map((name) => name.trim());
  const own = encodings.filter((name) => name !== '' && name.toLowerCase() !== 'aws-chunked').join(',');
  return {
    'content-type': headers['content-type'] ?? 'binary/octet-stream',
    ...result,
    ...(own === '' ? {} : { 'content-encoding': own }),
  };
}

/** Of the headers of an object that is there, those that {@link readMetadata} once read. */
export function metadataOf(kept: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kept).filter(([name]) => name === 'content-type' || METADATA.includes(name) || name.startsWith('x-amz-meta-')),
  );
}

/** How the object is kept: its storage class, its encryption. */
export function readSettings(call: S3Call, bucket: Bucket): Record<string, string> {
  const { headers } = call;
  const acl = headers['x-amz-acl'];
  if ((acl !== undefined && !HARMLESS_ACLS.has(acl)) || Object.keys(headers).some((name) => name.startsWith('x-amz-grant-')))
    throw s3Error('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  if (TO_BE_RESTORED.has(headers['x-amz-storage-class'] ?? '')) throw notImplemented(`The storage class ${headers['x-amz-storage-class']}`);
  if (!STORAGE_CLASSES.has(headers['x-amz-storage-class'] ?? 'STANDARD'))
    throw s3Error('InvalidStorageClass', 400, 'The storage class you specified is not valid');
  return { ...present(SETTINGS.map((name) => [name, headers[name]] as const)), ...chooseEncryption(call, bucket) };
}

function present(entries: readonly (readonly [string, string | undefined])[]): Record<string, string> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== '')) as Record<string, string>;
}
