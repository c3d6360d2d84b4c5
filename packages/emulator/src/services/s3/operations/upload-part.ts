import { storeBody } from '../body/store-body.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { encryptionHeaders } from '../encryption.ts';
import { partOfUpload } from '../part-of-upload.ts';
import { partChecksumHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: S3Call): Promise<S3Answer> {
  const part = partOfUpload(call);
  const { upload } = part.find();
  const { etag, ...stored } = await storeBody(call, (body) => part.keep(body));
  return { headers: { etag: `"${etag}"`, ...encryptionHeaders(upload.headers), ...partChecksumHeaders(stored) } };
}
