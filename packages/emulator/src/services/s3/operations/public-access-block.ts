import { requireDocument } from '../body/read-document.ts';
import { saveBucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { malformedXml, s3Error } from '../errors.ts';
import { childText } from '../xml.ts';

const SETTINGS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

/** What a new bucket has since April 2023. */
const ALL = Object.fromEntries(SETTINGS.map((name) => [name, 'true']));

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export function getPublicAccessBlock(call: S3Call): S3Answer {
  const { publicAccessBlock = ALL } = call.require('s3:GetBucketPublicAccessBlock').item;
  if (Object.keys(publicAccessBlock).length === 0)
    throw s3Error('NoSuchPublicAccessBlockConfiguration', 404, 'The public access block configuration was not found', {
      BucketName: call.bucketName,
    });
  return { xml: { root: 'PublicAccessBlockConfiguration', value: publicAccessBlock } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html: kept and given back; nothing here is ever public. */
export async function putPublicAccessBlock(call: S3Call): Promise<S3Answer> {
  call.require('s3:PutBucketPublicAccessBlock');
  const document = await requireDocument(call, 'PublicAccessBlockConfiguration');
  const values = SETTINGS.map((name) => [name, (childText(document, name) ?? 'false').toLowerCase()] as const);
  if (values.some(([, value]) => value !== 'true' && value !== 'false')) throw malformedXml();
  return save(call, Object.fromEntries(values), 200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export function deletePublicAccessBlock(call: S3Call): S3Answer {
  return save(call, {}, 204);
}

function save(call: S3Call, publicAccessBlock: Record<string, string>, status: number): S3Answer {
  const bucket = call.require('s3:PutBucketPublicAccessBlock');
  saveBucket(call.emulator.store, { ...bucket, item: { ...bucket.item, publicAccessBlock } });
  return { status };
}
