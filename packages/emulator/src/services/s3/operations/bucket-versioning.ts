import { requireDocument } from '../body/read-document.ts';
import { saveBucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { malformedXml, notImplemented, s3Error } from '../errors.ts';
import { childText } from '../xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export function getBucketVersioning(call: S3Call): S3Answer {
  const { item } = call.require('s3:GetBucketVersioning');
  return { xml: { root: 'VersioningConfiguration', value: { Status: item.versioning } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html: once enabled it can only be suspended. */
export async function putBucketVersioning(call: S3Call): Promise<S3Answer> {
  call.require('s3:PutBucketVersioning');
  const document = await requireDocument(call, 'VersioningConfiguration');
  const versioning = childText(document, 'Status');
  if (childText(document, 'MfaDelete') === 'Enabled') throw notImplemented('MfaDelete');
  if (versioning === undefined) throw s3Error('IllegalVersioningConfigurationException', 400, 'The Versioning element must be specified');
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml();
  const bucket = call.require('s3:PutBucketVersioning');
  saveBucket(call.emulator.store, { ...bucket, item: { ...bucket.item, versioning } });
  return {};
}
