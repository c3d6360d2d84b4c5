import { partitionOf } from '../../../partition.ts';
import { decodeToken, encodeToken } from '../../page.ts';
import { BUCKET, bucketArn, type BucketItem } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { readLimit } from '../read-limit.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(call: S3Call): S3Answer {
  const { emulator, principal, query } = call;
  const partition = partitionOf(call.region);
  call.requireOn('*', 's3:ListAllMyBuckets');
  const prefix = query.get('prefix') ?? '';
  const wantedRegion = query.get('bucket-region');
  const token = query.get('continuation-token');
  const limit = readLimit(query, 'max-buckets', 10_000);
  if (limit === 0) throw invalidArgument('Argument maxBuckets must be an integer between 1 and 10000', 'maxBuckets', '0');
  const after =
    token === null
      ? ''
      : decodeToken(token, BUCKET, () => invalidArgument('The continuation token provided is incorrect', 'continuation-token', token));
  const all = emulator.store.items
    .all<BucketItem>(BUCKET)
    .filter(
      ({ accountId, region, id }) =>
        accountId === principal.accountId &&
        partitionOf(region) === partition &&
        id.startsWith(prefix) &&
        id > after &&
        (wantedRegion ?? region) === region,
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = all.slice(0, limit);
  return {
    xml: {
      root: 'ListAllMyBucketsResult',
      value: {
        Owner: { ID: principal.accountId },
        Buckets: {
          Bucket: shown.map(({ id, region, value }) => ({
            Name: id,
            CreationDate: value.createdAt,
            BucketRegion: region,
            BucketArn: bucketArn({ name: id, region }),
          })),
        },
        ContinuationToken: all.length > limit ? encodeToken(BUCKET, shown.at(-1)!.id) : undefined,
        Prefix: query.get('prefix') ?? undefined,
      },
    },
  };
}
