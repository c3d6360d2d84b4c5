import { storeBody } from '../body/store-body.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { partOwner, requireUpload, saveUpload, type PartItem } from '../multipart.ts';
import { hold, release } from '../object.ts';
import { readPartNumber } from '../range.ts';
import { checksumHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: S3Call): Promise<S3Answer> {
  const { key, query, emulator } = call;
  const { store } = emulator;
  const uploadId = query.get('uploadId')!;
  const number = readPartNumber(query.get('partNumber') ?? '');
  const find = () => {
    const bucket = call.require('s3:PutObject', { onKey: key });
    return { bucket, upload: requireUpload(store, bucket, key, uploadId) };
  };
  find();
  const { etag, ...part } = await storeBody(call, ({ digest, size, md5, checksum }) => {
    // Another part, or the end of the upload, may have come meanwhile.
    const { bucket, upload } = find();
    const before = upload.parts[number];
    const stored: PartItem = { digest, size, etag: md5, lastModified: emulator.now().toISOString(), ...(checksum ? { checksum } : {}) };
    if (before) release(store, before.digest, partOwner(uploadId, number));
    hold(store, digest, partOwner(uploadId, number));
    saveUpload(store, bucket, uploadId, { ...upload, parts: { ...upload.parts, [number]: stored } });
    return { freed: before ? [before.digest] : [], result: stored };
  });
  // The type is that of the whole object, which is not there yet.
  const { 'x-amz-checksum-type': _, ...headers } = checksumHeaders(part);
  return { headers: { etag: `"${etag}"`, 'x-amz-server-side-encryption': 'AES256', ...headers } };
}
