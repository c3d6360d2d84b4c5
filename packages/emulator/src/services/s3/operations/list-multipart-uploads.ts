import type { S3Answer, S3Call } from '../call.ts';
import { notImplemented } from '../errors.ts';
import { listingParameters } from '../list-keys.ts';
import { listUploads, uploadOwners } from '../multipart.ts';
import { seconds } from '../seconds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html: by key, those of one key in the order in which they began. */
export function listMultipartUploads(call: S3Call): S3Answer {
  const { query, emulator } = call;
  const { prefix, delimiter, limit, encode } = listingParameters(query, 'max-uploads');
  if (delimiter !== '') throw notImplemented('ListMultipartUploads with a delimiter');
  const keyMarker = query.get('key-marker') ?? '';
  // Without a key it means nothing.
  const uploadMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
  // Where only a key is named, behind all of that key.
  const isBehind = (key: string, uploadId: string) =>
    key > keyMarker || (key === keyMarker && uploadMarker !== '' && uploadId > uploadMarker);
  const bucket = call.require('s3:ListBucketMultipartUploads');
  const rest = listUploads(emulator.store, bucket)
    .filter(({ item, uploadId }) => item.key.startsWith(prefix) && isBehind(item.key, uploadId))
    // The ids say when uploads began.
    .toSorted((a, b) => compare(a.item.key, b.item.key) || compare(a.uploadId, b.uploadId));
  const shown = rest.slice(0, limit);
  const isTruncated = rest.length > limit;
  const last = shown.at(-1);
  return {
    xml: {
      root: 'ListMultipartUploadsResult',
      value: {
        Bucket: bucket.name,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: uploadMarker,
        NextKeyMarker: isTruncated && last ? encode(last.item.key) : undefined,
        NextUploadIdMarker: isTruncated && last ? last.uploadId : undefined,
        Prefix: encode(prefix),
        MaxUploads: limit,
        IsTruncated: isTruncated,
        EncodingType: query.get('encoding-type') ?? undefined,
        Upload: shown.map(({ uploadId, item }) => ({
          Key: encode(item.key),
          UploadId: uploadId,
          ...uploadOwners(item, bucket),
          StorageClass: item.headers['x-amz-storage-class'] ?? 'STANDARD',
          Initiated: seconds(item.startedAt),
          ChecksumAlgorithm: item.checksumAlgorithm?.toUpperCase(),
          ChecksumType: item.checksumType,
        })),
      },
    },
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
