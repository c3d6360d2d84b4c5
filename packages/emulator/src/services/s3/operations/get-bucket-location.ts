import type { S3Answer, S3Call } from '../call.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation(call: S3Call): S3Answer {
  const { region } = call.require('s3:GetBucketLocation', { anyRegion: true });
  // us-east-1 has no constraint.
  return { xml: { root: 'LocationConstraint', value: region === 'us-east-1' ? '' : region } };
}
