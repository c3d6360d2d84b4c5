import type { S3Answer, S3Call } from '../call.ts';
import { removeUpload, requireUpload } from '../multipart.ts';
import { collect } from '../object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export function abortMultipartUpload(call: S3Call): S3Answer {
  const { key, emulator, query } = call;
  const uploadId = query.get('uploadId')!;
  const bucket = call.require('s3:AbortMultipartUpload', { onKey: key });
  collect(emulator, removeUpload(emulator.store, bucket, uploadId, requireUpload(emulator.store, bucket, key, uploadId)));
  return { status: 204 };
}
