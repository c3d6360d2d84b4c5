import { requireDocument } from '../body/read-document.ts';
import { saveBucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { DEFAULT_ENCRYPTION, isEncryption } from '../encryption.ts';
import { invalidArgument, malformedXml, notImplemented } from '../errors.ts';
import { childrenOf, childText } from '../xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html: what is set, or what every bucket has since January 2023. */
export function getBucketEncryption(call: S3Call): S3Answer {
  const { algorithm, keyId, bucketKey } = call.require('s3:GetEncryptionConfiguration').item.encryption ?? DEFAULT_ENCRYPTION;
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId }, BucketKeyEnabled: bucketKey };
  return { xml: { root: 'ServerSideEncryptionConfiguration', value: { Rule: rule } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html: what objects are said to be encrypted with. */
export async function putBucketEncryption(call: S3Call): Promise<S3Answer> {
  call.require('s3:PutEncryptionConfiguration');
  const document = await requireDocument(call, 'ServerSideEncryptionConfiguration');
  const [rule, ...others] = childrenOf(document, 'Rule');
  if (others.length > 0) throw malformedXml();
  const byDefault = rule?.children.find(({ name }) => name === 'ApplyServerSideEncryptionByDefault');
  const algorithm = byDefault && childText(byDefault, 'SSEAlgorithm');
  if (!rule || !byDefault || algorithm === undefined || !isEncryption(algorithm)) throw malformedXml();
  const keyId = childText(byDefault, 'KMSMasterKeyID');
  if (keyId !== undefined && algorithm === 'AES256')
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      'ApplyServerSideEncryptionByDefault',
      algorithm,
    );
  if (rule.children.some(({ name }) => name === 'BlockedEncryptionTypes'))
    throw notImplemented('BlockedEncryptionTypes of PutBucketEncryption');
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
