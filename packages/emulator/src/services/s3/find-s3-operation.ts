import type { S3Call, S3Operation } from './call.ts';
import { notImplemented, s3Error } from './errors.ts';
import { bucketOperations, objectOperations, serviceOperations } from './operations/index.ts';
import type { Target } from './read-target.ts';

/** What a query parameter makes of a request: another operation of its own. `versionId` and `list-type` do not. */
const SUBRESOURCES = [
  'abac accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold',
  'lifecycle location logging metadataConfiguration metadataTable metrics notification object-lock',
  'ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore',
  'retention select session tagging torrent uploadId uploads versioning versions website',
].flatMap((names) => names.split(' '));

/** The operation that a request means: by method, by whether it names a bucket and a key, and by parameters of its query. */
export function findS3Operation(
  method: string,
  { bucketName, key, query }: Target,
  headers: S3Call['headers'],
): { name: string; operation: S3Operation } {
  const subresource = SUBRESOURCES.find((name) => query.has(name));
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const route = `${method}${subresource === undefined ? '' : ` ?${subresource}`}${isCopy ? ' copy' : ''}`;
  if (Buffer.byteLength(key) > 1024)
    throw s3Error('KeyTooLongError', 400, 'Your key is too long', { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: '1024' });
  const [level, operations] =
    bucketName === ''
      ? (['the service', serviceOperations] as const)
      : key === ''
        ? (['a bucket', bucketOperations] as const)
        : (['an object', objectOperations] as const);
  const operation = Object.hasOwn(operations, route) ? operations[route] : undefined;
  if (!operation) throw notImplemented(`${route} of ${level}`);
  return { name: `${route} of ${level}`, operation };
}
