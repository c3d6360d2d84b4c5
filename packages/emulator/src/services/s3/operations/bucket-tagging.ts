import { requireDocument } from '../body/read-document.ts';
import { saveBucket, type Bucket, type BucketItem } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { s3Error } from '../errors.ts';
import { readTagging, writeTagging } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export function getBucketTagging(call: S3Call): S3Answer {
  const { item } = call.require('s3:GetBucketTagging');
  if (!item.tags) throw s3Error('NoSuchTagSet', 404, 'The TagSet does not exist', { BucketName: call.bucketName });
  return { xml: writeTagging(item.tags) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html: the tags are replaced as a whole. */
export async function putBucketTagging(call: S3Call): Promise<S3Answer> {
  call.require('s3:PutBucketTagging');
  const tags = readTagging(await requireDocument(call, 'Tagging'));
  saveBucket(call.emulator.store, withoutTags(call.require('s3:PutBucketTagging'), { tags }));
  return { status: 204 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html */
export function deleteBucketTagging(call: S3Call): S3Answer {
  saveBucket(call.emulator.store, withoutTags(call.require('s3:PutBucketTagging')));
  return { status: 204 };
}

function withoutTags(bucket: Bucket, changed: Partial<BucketItem> = {}): Bucket {
  const { tags: _, ...item } = bucket.item;
  return { ...bucket, item: { ...item, ...changed } };
}
