import { decodeToken, encodeToken } from '../../page.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { listPage, listingParameters, toContents } from '../list-keys.ts';

const TOKEN = 's3-objects';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(call: S3Call): S3Answer {
  const { query, emulator } = call;
  const parameters = listingParameters(query);
  const { prefix, delimiter, limit, encode } = parameters;
  const bucket = call.require('s3:ListBucket', { context: parameters.context });
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const after =
    token === null
      ? startAfter
      : decodeToken(token, TOKEN, () => invalidArgument('The continuation token provided is incorrect', 'continuation-token', token));
  const page = listPage(emulator.store, bucket, { prefix, delimiter, after, limit });
  const owner = query.get('fetch-owner') === 'true' ? bucket.accountId : undefined;
  return {
    headers: { 'x-amz-bucket-region': bucket.region },
    xml: {
      root: 'ListBucketResult',
      value: {
        Name: bucket.name,
        Prefix: encode(prefix),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        StartAfter: startAfter === '' || token !== null ? undefined : encode(startAfter),
        MaxKeys: limit,
        KeyCount: page.objects.length + page.prefixes.length,
        IsTruncated: page.next !== undefined,
        EncodingType: query.get('encoding-type') ?? undefined,
        ContinuationToken: token ?? undefined,
        NextContinuationToken: page.next === undefined ? undefined : encodeToken(TOKEN, page.next),
        Contents: page.objects.map(({ key, version }) => toContents(encode(key), version, owner)),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      },
    },
  };
}
