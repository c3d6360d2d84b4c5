import { storeBody } from '../body/store-body.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { checkWritePreconditions } from '../conditions.ts';
import { addVersion, newVersionId, type StoredVersion } from '../object.ts';
import { DEFAULT_CHECKSUM } from '../body/checksums.ts';
import { encryptionHeaders } from '../encryption.ts';
import { readObjectHeaders } from '../object-headers.ts';
import { readTagHeader } from '../tags.ts';
import { versionHeaders, checksumHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(call: S3Call): Promise<S3Answer> {
  const { key, headers, emulator } = call;
  const tagging = headers['x-amz-tagging'];
  const permission = () => call.require(['s3:PutObject', ...(tagging === undefined ? [] : ['s3:PutObjectTagging'])], { onKey: key });
  const before = permission();
  checkWritePreconditions(call, before);
  const tags = readTagHeader(tagging);
  const objectHeaders = readObjectHeaders(call, before);

  const version = await storeBody(
    call,
    ({ digest, size, md5, checksum }) => {
      // Both may have changed while the bytes came.
      const bucket = permission();
      checkWritePreconditions(call, bucket);
      const stored: StoredVersion = {
        versionId: newVersionId(bucket),
        lastModified: emulator.now().toISOString(),
        digest,
        size,
        etag: md5,
        headers: objectHeaders,
        tags,
        ...(checksum ? { checksum } : {}),
      };
      return { freed: addVersion(emulator.store, bucket, key, stored), result: { stored, bucket } };
    },
    { checksumByDefault: DEFAULT_CHECKSUM },
  );
  const { stored, bucket } = version;
  return {
    headers: {
      etag: `"${stored.etag}"`,
      ...encryptionHeaders(stored.headers),
      ...checksumHeaders(stored),
      ...versionHeaders(bucket, stored),
    },
  };
}
