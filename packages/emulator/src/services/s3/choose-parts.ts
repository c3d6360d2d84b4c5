import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS } from './body/checksums.ts';
import { invalidRequest, malformedXml, s3Error } from './errors.ts';
import type { PartItem, UploadItem } from './multipart.ts';
import { childrenOf, childText, type XmlElement } from './xml.ts';

/** A part as who completes the upload names it. */
export interface NamedPart {
  number: number;
  /** Without quotes. */
  etag: string;
  /** By algorithm: `crc32`. */
  checksums: Readonly<Record<string, string>>;
}

const MIN_PART_BYTES = 5 * 1024 * 1024;

export function readParts(document: XmlElement): NamedPart[] {
  return childrenOf(document, 'Part').map((element) => {
    const etag = childText(element, 'ETag');
    const number = Number(childText(element, 'PartNumber'));
    if (etag === undefined || !Number.isInteger(number)) throw malformedXml();
    const checksums = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = childText(element, `Checksum${algorithm.toUpperCase()}`);
      return value === undefined ? [] : [[algorithm, value] as const];
    });
    return { number, etag: etag.replaceAll('"', ''), checksums: Object.fromEntries(checksums) };
  });
}

/** The ETag of an object that was put together: the MD5 of those of its parts, and how many they were. */
export function etagOf(parts: readonly string[]): string {
  const md5 = createHash('md5')
    .update(Buffer.from(parts.join(''), 'hex'))
    .digest('hex');
  return `${md5}-${parts.length}`;
}

/** The parts that the caller names, which must be there, in order, large enough, and as the caller knows them. */
export function chooseParts(uploadId: string, upload: UploadItem, named: readonly NamedPart[]): PartItem[] {
  if (named.some(({ number }, index) => index > 0 && number <= named[index - 1]!.number))
    throw s3Error('InvalidPartOrder', 400, 'The list of parts was not in ascending order. Parts must be ordered by part number.', {
      UploadId: uploadId,
    });
  const chosen = named.map((part) => ({ part, item: findPart(uploadId, upload, part) }));
  for (const { part, item } of chosen.slice(0, -1)) {
    if (item.size < MIN_PART_BYTES)
      throw s3Error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
        ETag: item.etag,
        PartNumber: String(part.number),
        ProposedSize: String(item.size),
        MinSizeAllowed: String(MIN_PART_BYTES),
      });
  }
  return chosen.map(({ item }) => item);
}

function findPart(
  uploadId: string,
  { parts, checksumAlgorithm, checksumType }: UploadItem,
  { number, etag, checksums }: NamedPart,
): PartItem {
  const part = Object.hasOwn(parts, number) ? parts[number] : undefined;
  const known = part?.checksum;
  // What nobody has taken cannot be compared: that of another algorithm than the part's.
  const differs = known !== undefined && (checksums[known.algorithm] ?? known.value) !== known.value;
  if (!part || part.etag !== etag || differs)
    throw s3Error(
      'InvalidPart',
      400,
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: uploadId, PartNumber: String(number), ETag: etag.slice(0, 100) },
    );
  if (checksumAlgorithm !== undefined && checksumType === 'COMPOSITE' && checksums[checksumAlgorithm] === undefined)
    throw invalidRequest(
      `The upload was created using a ${checksumAlgorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  return part;
}
