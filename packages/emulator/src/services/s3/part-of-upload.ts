import type { StoredBody } from './body/store-body.ts';
import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { invalidRequest } from './errors.ts';
import { partOwner, requireUpload, saveUpload, type PartItem, type UploadItem } from './multipart.ts';
import { hold, release } from './object.ts';
import { readPartNumber } from './range.ts';

/** The part that a request names by upload and number. */
export interface PartOfUpload {
  /** Throws unless the upload is under way, and the caller may write to it. */
  find(): { bucket: Bucket; upload: UploadItem };
  /** Writes down what bytes the part has. Answers what blobs are needed no more. Runs in a transaction of the caller's. */
  keep(body: StoredBody): { freed: readonly string[]; result: PartItem };
}

export function partOfUpload(call: S3Call): PartOfUpload {
  const { key, query, emulator } = call;
  const { store } = emulator;
  const uploadId = query.get('uploadId')!;
  const number = readPartNumber(query.get('partNumber') ?? '');
  const find = () => {
    const bucket = call.require('s3:PutObject', { onKey: key });
    return { bucket, upload: requireUpload(store, bucket, key, uploadId) };
  };
  return {
    find,
    keep({ digest, size, md5, checksum }) {
      // Another part, or the end of the upload, may have come meanwhile.
      const { bucket, upload } = find();
      checkAlgorithm(upload, checksum?.algorithm);
      const before = upload.parts[number];
      const stored: PartItem = { digest, size, etag: md5, lastModified: emulator.now().toISOString(), ...(checksum ? { checksum } : {}) };
      if (before) release(store, before.digest, partOwner(uploadId, number));
      hold(store, digest, partOwner(uploadId, number));
      saveUpload(store, bucket, uploadId, { ...upload, parts: { ...upload.parts, [number]: stored } });
      return { freed: before ? [before.digest] : [], result: stored };
    },
  };
}

/** An upload that was begun with an algorithm takes parts with that one only. That of the whole S3 takes by itself, of parts it does not. */
function checkAlgorithm({ checksumAlgorithm: expected, checksumType }: UploadItem, actual: string | undefined): void {
  if (expected === undefined || actual === expected || (actual === undefined && checksumType === 'FULL_OBJECT')) return;
  throw invalidRequest(`Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual ?? 'null'}`);
}
