import { Readable } from 'node:stream';
import { readObject } from '../body/read-object.ts';
import { requireDocument } from '../body/read-document.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { chooseParts, etagOf, readParts, type NamedPart } from '../choose-parts.ts';
import { checkWritePreconditions } from '../conditions.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidRequest, noSuchUpload } from '../errors.ts';
import { findUpload, removeUpload, requireUpload, type PartItem, type UploadItem } from '../multipart.ts';
import { addVersion, collect, findObject, newVersionId, type StoredVersion } from '../object.ts';
import { checksumElements, versionHeaders } from '../version-headers.ts';
import { wholeChecksum } from '../whole-checksum.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html: the parts that are named become one object. */
export async function completeMultipartUpload(call: S3Call): Promise<S3Answer> {
  const { key, query, emulator } = call;
  const uploadId = query.get('uploadId')!;
  // A checksum in the headers is that of the object, not of the list of its parts.
  const document = await requireDocument(call, 'CompleteMultipartUpload', { ignoresChecksum: true });
  const bucket = call.require('s3:PutObject', { onKey: key });
  const named = readParts(document);
  const upload = findUpload(emulator.store, bucket, key, uploadId);
  if (!upload) return answer(call, bucket, requireCompleted(call, bucket, uploadId, named));
  checkWritePreconditions(call, bucket, upload);
  if (named.length === 0) throw invalidRequest('You must specify at least one part');
  const parts = chooseParts(uploadId, upload, named);
  checkObjectSize(call, parts);
  const stored = await join(call, uploadId, upload, parts);
  return answer(call, call.require('s3:PutObject', { onKey: key }), stored);
}

/** Puts the parts together, and makes the object of them, unless the upload has ended meanwhile. */
async function join(call: S3Call, uploadId: string, upload: UploadItem, parts: readonly PartItem[]): Promise<StoredVersion> {
  const { key, emulator } = call;
  const { store, objects } = emulator;
  const checksum = wholeChecksum(call.headers, upload, parts);
  const needless = parts.map(({ digest }) => digest);
  const find = () => {
    const bucket = call.require('s3:PutObject', { onKey: key });
    const present = requireUpload(store, bucket, key, uploadId);
    checkWritePreconditions(call, bucket, present);
    return { bucket, present };
  };
  async function* joined(): AsyncGenerator<Buffer> {
    for (const part of parts) {
      for await (const chunk of readObject(emulator, part)) {
        checksum.update(chunk);
        yield chunk;
      }
    }
  }
  let stored: StoredVersion | undefined;
  try {
    await objects.write(Readable.from(joined(), { objectMode: false }), {
      commit: ({ digest, size }) => {
        needless.push(digest);
        const { bucket, present } = find();
        stored = {
          versionId: newVersionId(bucket),
          lastModified: emulator.now().toISOString(),
          digest,
          size,
          etag: etagOf(parts.map(({ etag }) => etag)),
          headers: upload.headers,
          tags: upload.tags,
          parts: parts.map((part) => part.size),
          checksum: checksum.result(),
          uploadId,
        };
        store.transaction(() => {
          needless.push(...addVersion(store, bucket, key, stored!), ...removeUpload(store, bucket, uploadId, present));
        });
      },
    });
  } catch (error) {
    // Whoever aborts the upload takes the parts away.
    find();
    throw error;
  } finally {
    collect(emulator, needless);
  }
  return stored!;
}

/**
 * The object that an upload has already become: an answer may have been lost, and who completes it again with the same parts is answered as before,
 * for as long as there is that object.
 */
function requireCompleted({ key, emulator }: S3Call, bucket: Bucket, uploadId: string, named: readonly NamedPart[]): StoredVersion {
  const versions = findObject(emulator.store, bucket, key)?.versions ?? [];
  const made = versions.find((version) => !version.deleteMarker && version.uploadId === uploadId) as StoredVersion | undefined;
  if (!made || made.etag !== etagOf(named.map(({ etag }) => etag))) throw noSuchUpload(uploadId);
  return made;
}

function checkObjectSize({ headers }: S3Call, parts: readonly PartItem[]): void {
  const declared = headers['x-amz-mp-object-size'];
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (declared !== undefined && declared !== String(size))
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${declared.slice(0, 20)} does not match what was computed: ${size}`,
    );
}

function answer({ emulator, key }: S3Call, bucket: Bucket, stored: StoredVersion): S3Answer {
  return {
    headers: { ...versionHeaders(bucket, stored), ...encryptionHeaders(stored.headers) },
    xml: {
      root: 'CompleteMultipartUploadResult',
      value: {
        Location: `${emulator.endpoint}/${bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`,
        Bucket: bucket.name,
        Key: key,
        ETag: `"${stored.etag}"`,
        ...checksumElements(stored),
      },
    },
  };
}
