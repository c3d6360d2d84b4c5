import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { WrittenBlob } from '../../../registry/blob-store.ts';
import { createChecksum } from '../body/checksums.ts';
import { readObject } from '../body/read-object.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { copySource, sourceVersionHeader } from '../copy-source.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { whileThere } from '../find-version.ts';
import { collect, type StoredVersion } from '../object.ts';
import type { PartItem } from '../multipart.ts';
import { partOfUpload, type PartOfUpload } from '../part-of-upload.ts';
import { readRange } from '../range.ts';
import { seconds } from '../seconds.ts';
import { partChecksumElements } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html: an object that is there, or some bytes of it, as a part. */
export async function uploadPartCopy(call: S3Call): Promise<S3Answer> {
  const { from, find } = copySource(call);
  find();
  const part = partOfUpload(call);
  const { upload } = part.find();
  return whileThere(find, async (found) => {
    const { etag, lastModified, checksum } = await copyPart(call, found.version, part, upload.checksumAlgorithm);
    return {
      headers: { ...sourceVersionHeader(from, found), ...encryptionHeaders(upload.headers) },
      xml: {
        root: 'CopyPartResult',
        value: { LastModified: seconds(lastModified), ETag: `"${etag}"`, ...partChecksumElements(checksum ? { checksum } : {}) },
      },
    };
  });
}

async function copyPart(call: S3Call, source: StoredVersion, part: PartOfUpload, algorithm: string | undefined): Promise<PartItem> {
  const { emulator } = call;
  const range = readCopyRange(call.headers['x-amz-copy-source-range'], source);
  const md5 = createHash('md5');
  const checksum = algorithm === undefined ? undefined : createChecksum(algorithm);
  let written: WrittenBlob | undefined;
  let kept: ReturnType<typeof part.keep> | undefined;
  try {
    await emulator.objects.write(Readable.from(bytes(), { objectMode: false }), {
      commit: (blob) => {
        written = blob;
        const taken = checksum && { checksum: { algorithm: algorithm!, value: checksum.digest(), type: 'FULL_OBJECT' as const } };
        kept = emulator.store.transaction(() => part.keep({ ...blob, md5: md5.digest('hex'), ...taken }));
      },
    });
  } finally {
    collect(emulator, [...(written ? [written.digest] : []), ...(kept?.freed ?? [])]);
  }
  return kept!.result;

  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of readObject(emulator, source, range)) {
      md5.update(chunk);
      checksum?.update(chunk);
      yield chunk;
    }
  }
}

/** Other than a range that is read, this one has two ends, both within the object. */
function readCopyRange(header: string | undefined, { size }: StoredVersion): ReturnType<typeof readRange> {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first))
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  if (Number(first) >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (Number(last) >= size)
    throw invalidArgument(`Range specified is not valid for source object of size: ${size}`, 'x-amz-copy-source-range', header);
  return { start: Number(first), end: Number(last) };
}
