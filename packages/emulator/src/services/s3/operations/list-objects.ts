import type { S3Answer, S3Call } from '../call.ts';
import { LAST, listPage, listingParameters, toContents } from '../list-keys.ts';
import { listObjectsV2 } from './list-objects-v2.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html: the list as it was before version 2, with markers that are names. */
export function listObjects(call: S3Call): S3Answer {
  if (call.query.get('list-type') === '2') return listObjectsV2(call);
  const { query, emulator } = call;
  const { prefix, delimiter, limit, encode, context } = listingParameters(query);
  const bucket = call.require('s3:ListBucket', { context });
  const marker = query.get('marker') ?? '';
  // A marker that is a folder, which is what NextMarker then is, stands for all that is in it.
  const after = delimiter !== '' && marker.endsWith(delimiter) ? marker + LAST : marker;
  const page = listPage(emulator.store, bucket, { prefix, delimiter, after, limit });
  const last = page.next?.replace(new RegExp(`${LAST}$`, 'u'), '');
  return {
    headers: { 'x-amz-bucket-region': bucket.region },
    xml: {
      root: 'ListBucketResult',
      value: {
        Name: bucket.name,
        Prefix: encode(prefix),
        Marker: encode(marker),
        // Without a delimiter the last key is the next marker, and S3 does not repeat it.
        NextMarker: last === undefined || delimiter === '' ? undefined : encode(last),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        MaxKeys: limit,
        IsTruncated: page.next !== undefined,
        EncodingType: query.get('encoding-type') ?? undefined,
        Contents: page.objects.map(({ key, version }) => toContents(encode(key), version, bucket.accountId)),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      },
    },
  };
}
