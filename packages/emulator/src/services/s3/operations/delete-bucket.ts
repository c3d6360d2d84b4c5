import { removeBucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { s3Error } from '../errors.ts';
import { removeUploads } from '../multipart.ts';
import { listObjects } from '../object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export function deleteBucket(call: S3Call): S3Answer {
  const { store } = call.emulator;
  const bucket = call.require('s3:DeleteBucket');
  const isEmpty = listObjects(store, bucket).next().done === true;
  if (!isEmpty) {
    const versions = bucket.item.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
    throw s3Error('BucketNotEmpty', 409, `The bucket you tried to delete is not empty${versions}`, { BucketName: bucket.name });
  }
  removeUploads(call.emulator, bucket);
  removeBucket(store, bucket);
  return { status: 204 };
}
