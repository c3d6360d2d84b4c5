import { bucketArn } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket(call: S3Call): S3Answer {
  const bucket = call.require('s3:ListBucket');
  return {
    headers: {
      'x-amz-bucket-arn': bucketArn(bucket),
      'x-amz-bucket-region': bucket.region,
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
  };
}
