import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createChecksum } from '../body/checksums.ts';
import { requireDocument } from '../body/read-document.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { checkWritePreconditions } from '../conditions.ts';
import { malformedXml, noSuchUpload, s3Error } from '../errors.ts';
import { removeUpload, requireUpload, type PartItem, type UploadItem } from '../multipart.ts';
import { addVersion, collect, newVersionId, type StoredChecksum, type StoredVersion } from '../object.ts';
import { versionHeaders } from '../version-headers.ts';
import { childrenOf, childText, type XmlElement } from '../xml.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html: the parts that are named become one object. */
export async function completeMultipartUpload(call: S3Call): Promise<S3Answer> {
  const { key, query, emulator } = call;
  const { store, objects } = emulator;
  const uploadId = query.get('uploadId')!;
  const document = await requireDocument(call, 'CompleteMultipartUpload');
  const find = () => {
    const bucket = call.require('s3:PutObject', { onKey: key });
    checkWritePreconditions(call, bucket);
    return { bucket, upload: requireUpload(store, bucket, key, uploadId) };
  };
  const { upload } = find();
  const parts = choose(upload, childrenOf(document, 'Part'));
  const checksum = wholeChecksum(upload, parts);

  const needless = parts.map(({ digest }) => digest);
  let stored: StoredVersion | undefined;
  try {
    await objects.write(Readable.from(joined(), { objectMode: false }), {
      commit: ({ digest, size }) => {
        needless.push(digest);
        // The upload may have been ended while its parts were put together.
        const { bucket, upload: present } = find();
        const declared = call.headers[`x-amz-checksum-${upload.checksumAlgorithm}`];
        const value = checksum.result();
        if (declared !== undefined && declared !== value?.value)
          throw s3Error('BadDigest', 400, `The ${upload.checksumAlgorithm} you specified did not match the calculated checksum.`);
        stored = {
          versionId: newVersionId(bucket),
          lastModified: emulator.now().toISOString(),
          digest,
          size,
          etag: `${createHash('md5')
            .update(Buffer.from(parts.map(({ etag }) => etag).join(''), 'hex'))
            .digest('hex')}-${parts.length}`,
          headers: upload.headers,
          tags: upload.tags,
          parts: parts.map((part) => part.size),
          ...(value ? { checksum: value } : {}),
        };
        store.transaction(() => {
          needless.push(...addVersion(store, bucket, key, stored!), ...removeUpload(store, bucket, uploadId, present));
        });
      },
    });
  } catch (error) {
    // Whoever aborts the upload takes the parts away.
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? noSuchUpload(uploadId) : error;
  } finally {
    collect(emulator, needless);
  }
  const bucket = call.require('s3:PutObject', { onKey: key });
  return {
    headers: versionHeaders(bucket, stored!),
    xml: {
      root: 'CompleteMultipartUploadResult',
      value: {
        Location: `${emulator.endpoint}/${bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`,
        Bucket: bucket.name,
        Key: key,
        ETag: `"${stored!.etag}"`,
        ...(stored!.checksum
          ? { [`Checksum${stored!.checksum.algorithm.toUpperCase()}`]: stored!.checksum.value, ChecksumType: stored!.checksum.type }
          : {}),
      },
    },
  };

  async function* joined(): AsyncGenerator<Buffer> {
    for (const { digest, size } of parts) {
      if (size === 0) continue;
      for await (const chunk of objects.open(digest) as AsyncIterable<Buffer>) {
        checksum.update(chunk);
        yield chunk;
      }
    }
  }
}

/** The parts that the caller names, which must be there, in order, and as the caller knows them. */
function choose({ parts, checksumAlgorithm }: UploadItem, named: readonly XmlElement[]): PartItem[] {
  if (named.length === 0) throw malformedXml();
  let last = 0;
  const chosen = named.map((element) => {
    const number = Number(childText(element, 'PartNumber'));
    if (number <= last)
      throw s3Error('InvalidPartOrder', 400, 'The list of parts was not in ascending order. Parts must be ordered by part number.');
    last = number;
    const part = Object.hasOwn(parts, number) ? parts[number] : undefined;
    const checksum = checksumAlgorithm && childText(element, `Checksum${checksumAlgorithm.toUpperCase()}`);
    const isSame =
      part && childText(element, 'ETag')?.replaceAll('"', '') === part.etag && (checksum ?? part.checksum?.value) === part.checksum?.value;
    if (!isSame)
      throw s3Error(
        'InvalidPart',
        400,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: String(number) },
      );
    return part;
  });
  if (chosen.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES))
    throw s3Error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
      MinSizeAllowed: String(MIN_PART_BYTES),
    });
  return chosen;
}

/** The checksum of the whole: of all bytes, or of the checksums of the parts. */
function wholeChecksum(
  { checksumAlgorithm: algorithm, checksumType: type }: UploadItem,
  parts: readonly PartItem[],
): { update(bytes: Buffer): void; result(): StoredChecksum | undefined } {
  const running = algorithm === undefined ? undefined : createChecksum(algorithm);
  if (algorithm === undefined || type === undefined || !running) return { update: () => {}, result: () => undefined };
  if (type === 'FULL_OBJECT')
    return { update: (bytes) => running.update(bytes), result: () => ({ algorithm, value: running.digest(), type }) };
  if (parts.some((part) => part.checksum?.algorithm !== algorithm))
    throw s3Error(
      'InvalidRequest',
      400,
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part.`,
    );
  for (const { checksum } of parts) running.update(Buffer.from(checksum!.value, 'base64'));
  return { update: () => {}, result: () => ({ algorithm, value: `${running.digest()}-${parts.length}`, type }) };
}
