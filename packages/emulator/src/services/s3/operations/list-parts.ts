import type { S3Answer, S3Call } from '../call.ts';
import { requireUpload, uploadOwners } from '../multipart.ts';
import { readLimit } from '../read-limit.ts';
import { seconds } from '../seconds.ts';
import { partChecksumElements } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(call: S3Call): S3Answer {
  const { key, emulator, query } = call;
  const uploadId = query.get('uploadId')!;
  const bucket = call.require('s3:ListMultipartUploadParts', { onKey: key });
  const upload = requireUpload(emulator.store, bucket, key, uploadId);
  const limit = readLimit(query, 'max-parts', 1000);
  const marker = query.has('part-number-marker') ? readLimit(query, 'part-number-marker', 10_000) : 0;
  // Whole numbers are the keys of an object in rising order.
  const all = Object.entries(upload.parts).filter(([number]) => Number(number) > marker);
  const shown = all.slice(0, limit);
  return {
    xml: {
      root: 'ListPartsResult',
      value: {
        Bucket: bucket.name,
        Key: key,
        UploadId: uploadId,
        PartNumberMarker: marker,
        NextPartNumberMarker: shown.at(-1)?.[0] ?? 0,
        MaxParts: limit,
        IsTruncated: all.length > limit,
        ...uploadOwners(upload, bucket),
        StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD',
        ChecksumAlgorithm: upload.checksumAlgorithm?.toUpperCase(),
        ChecksumType: upload.checksumType,
        Part: shown.map(([number, { size, etag, lastModified, checksum }]) => ({
          PartNumber: number,
          LastModified: seconds(lastModified),
          ETag: `"${etag}"`,
          Size: size,
          // What clients add by themselves is compared, but belongs to no upload that was begun without an algorithm.
          ...(checksum && upload.checksumAlgorithm ? partChecksumElements({ checksum }) : {}),
        })),
      },
    },
  };
}
