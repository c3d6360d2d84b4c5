import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { WrittenBlob } from '../../../registry/blob-store.ts';
import { createChecksum } from '../body/checksums.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { copySource } from '../copy-source.ts';
import { invalidArgument } from '../errors.ts';
import { collect, type StoredVersion } from '../object.ts';
import { partOfUpload } from '../part-of-upload.ts';
import { readRange } from '../range.ts';
import { versionHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html: an object that is there, or some bytes of it, as a part. */
export async function uploadPartCopy(call: S3Call): Promise<S3Answer> {
  const { emulator } = call;
  const { bucket: sourceBucket, version: source } = copySource(call).find();
  const part = partOfUpload(call);
  const { upload } = part.find();
  const range = readCopyRange(call.headers['x-amz-copy-source-range'], source);
  const md5 = createHash('md5');
  const checksum = upload.checksumAlgorithm === undefined ? undefined : createChecksum(upload.checksumAlgorithm);
  const algorithm = upload.checksumAlgorithm ?? '';
  let written: WrittenBlob | undefined;
  let kept: ReturnType<typeof part.keep> | undefined;
  try {
    await emulator.objects.write(Readable.from(bytes(), { objectMode: false }), {
      commit: (blob) => {
        written = blob;
        const taken = checksum && { checksum: { algorithm, value: checksum.digest(), type: 'FULL_OBJECT' as const } };
        kept = emulator.store.transaction(() => part.keep({ ...blob, md5: md5.digest('hex'), ...taken }));
      },
    });
  } finally {
    collect(emulator, [...(written ? [written.digest] : []), ...(kept?.freed ?? [])]);
  }
  const { etag, lastModified, checksum: ofPart } = kept!.result;
  return {
    headers: { 'x-amz-copy-source-version-id': versionHeaders(sourceBucket, source)['x-amz-version-id'] },
    xml: {
      root: 'CopyPartResult',
      value: {
        LastModified: lastModified,
        ETag: `"${etag}"`,
        ...(ofPart ? { [`Checksum${ofPart.algorithm.toUpperCase()}`]: ofPart.value } : {}),
      },
    },
  };

  async function* bytes(): AsyncGenerator<Buffer> {
    if (source.size === 0) return;
    for await (const chunk of emulator.objects.open(source.digest, range) as AsyncIterable<Buffer>) {
      md5.update(chunk);
      checksum?.update(chunk);
      yield chunk;
    }
  }
}

/** Other than a range that is read, this one has two ends, both within the object. */
function readCopyRange(header: string | undefined, { size }: StoredVersion): ReturnType<typeof readRange> {
  if (header === undefined) return undefined;
  const range = /^bytes=\d+-\d+$/.test(header) ? readRange(header, size) : undefined;
  if (!range || header !== `bytes=${range.start}-${range.end}`)
    throw invalidArgument(
      `The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy, of ${size} bytes`,
      'x-amz-copy-source-range',
      header,
    );
  return range;
}
