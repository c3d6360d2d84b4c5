import type { S3Answer, S3Call } from '../call.ts';
import { notImplemented } from '../errors.ts';
import { listingParameters } from '../list-keys.ts';
import { listUploads } from '../multipart.ts';

const MAX_UPLOADS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html: all on one page, which a machine of one developer does not fill. */
export function listMultipartUploads(call: S3Call): S3Answer {
  const { query, emulator } = call;
  const { prefix, delimiter, encode } = listingParameters(query);
  if (delimiter !== '' || query.has('key-marker')) throw notImplemented('ListMultipartUploads with a delimiter or a marker');
  const bucket = call.require('s3:ListBucketMultipartUploads');
  const uploads = listUploads(emulator.store, bucket)
    .filter(({ item }) => item.key.startsWith(prefix))
    .toSorted((a, b) => (a.item.key < b.item.key ? -1 : 1));
  if (uploads.length > MAX_UPLOADS) throw notImplemented(`ListMultipartUploads of more than ${MAX_UPLOADS} uploads`);
  return {
    xml: {
      root: 'ListMultipartUploadsResult',
      value: {
        Bucket: bucket.name,
        Prefix: encode(prefix),
        MaxUploads: MAX_UPLOADS,
        IsTruncated: false,
        EncodingType: query.get('encoding-type') ?? undefined,
        Upload: uploads.map(({ uploadId, item }) => ({
          Key: encode(item.key),
          UploadId: uploadId,
          Initiated: item.startedAt,
          StorageClass: 'STANDARD',
        })),
      },
    },
  };
}
