import { storeBody } from '../body/store-body.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { partOfUpload } from '../part-of-upload.ts';
import { partChecksumHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: S3Call): Promise<S3Answer> {
  const part = partOfUpload(call);
  part.find();
  const { etag, ...stored } = await storeBody(call, (body) => part.keep(body));
  return { headers: { etag: `"${etag}"`, 'x-amz-server-side-encryption': 'AES256', ...partChecksumHeaders(stored) } };
}
