import { requireDocument } from '../body/read-document.ts';
import { saveBucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { malformedXml } from '../errors.ts';
import { childText } from '../xml.ts';

const ALGORITHMS = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html: what is set, or what every bucket has since January 2023. */
export function getBucketEncryption(call: S3Call): S3Answer {
  const { algorithm, keyId, bucketKey } = call.require('s3:GetEncryptionConfiguration').item.encryption ?? {
    algorithm: 'AES256',
    bucketKey: false,
  };
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId }, BucketKeyEnabled: bucketKey };
  return { xml: { root: 'ServerSideEncryptionConfiguration', value: { Rule: rule } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html: kept and given back; nothing is encrypted here. */
export async function putBucketEncryption(call: S3Call): Promise<S3Answer> {
  call.require('s3:PutEncryptionConfiguration');
  const document = await requireDocument(call, 'ServerSideEncryptionConfiguration');
  const rule = document.children.find(({ name }) => name === 'Rule');
  const byDefault = rule?.children.find(({ name }) => name === 'ApplyServerSideEncryptionByDefault');
  const algorithm = byDefault && childText(byDefault, 'SSEAlgorithm');
  if (!rule || !byDefault || algorithm === undefined || !ALGORITHMS.has(algorithm)) throw malformedXml();
  const keyId = childText(byDefault, 'KMSMasterKeyID');
  const encryption = { algorithm, bucketKey: childText(rule, 'BucketKeyEnabled') === 'true', ...(keyId === undefined ? {} : { keyId }) };
  const bucket = call.require('s3:PutEncryptionConfiguration');
  saveBucket(call.emulator.store, { ...bucket, item: { ...bucket.item, encryption } });
  return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html */
export function deleteBucketEncryption(call: S3Call): S3Answer {
  const bucket = call.require('s3:PutEncryptionConfiguration');
  const { encryption: _, ...item } = bucket.item;
  saveBucket(call.emulator.store, { ...bucket, item });
  return { status: 204 };
}
