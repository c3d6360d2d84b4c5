import { createChecksum, CHECKSUM_ALGORITHMS, DEFAULT_CHECKSUM } from './body/checksums.ts';
import type { S3Call } from './call.ts';
import { invalidRequest, s3Error } from './errors.ts';
import type { PartItem, UploadItem } from './multipart.ts';
import type { StoredChecksum } from './object.ts';

/**
 * The checksum of an object that is put together: of all bytes, or of the checksums of its parts. `result` throws where the request says another.
 * Where the upload named no algorithm, S3 chooses one.
 */
export function wholeChecksum(
  headers: S3Call['headers'],
  { checksumAlgorithm, checksumType }: UploadItem,
  parts: readonly PartItem[],
): { update(bytes: Buffer): void; result(): StoredChecksum } {
  const algorithm = checksumAlgorithm ?? DEFAULT_CHECKSUM;
  const type = checksumType ?? 'FULL_OBJECT';
  const askedType = headers['x-amz-checksum-type'];
  if (askedType !== undefined && askedType.toUpperCase() !== type)
    throw invalidRequest(`The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`);
  const running = createChecksum(algorithm);
  if (type === 'COMPOSITE') for (const part of parts) running.update(Buffer.from(valueOf(part, algorithm), 'base64'));
  return {
    update: (bytes) => {
      if (type === 'FULL_OBJECT') running.update(bytes);
    },
    result() {
      const value = `${running.digest()}${type === 'COMPOSITE' ? `-${parts.length}` : ''}`;
      for (const name of CHECKSUM_ALGORITHMS) {
        const declared = headers[`x-amz-checksum-${name}`];
        // A checksum without its type is that of parts.
        const isMeant = name === algorithm && (type === 'COMPOSITE' || askedType !== undefined || checksumAlgorithm === undefined);
        if (declared !== undefined && !(isMeant && isSame(declared, value)))
          throw s3Error('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);
      }
      return { algorithm, value, type };
    },
  };
}

/** Clients send that of parts also without the number of parts at its end. */
function isSame(declared: string, value: string): boolean {
  return declared === value || declared === value.replace(/-\d+$/, '');
}

function valueOf({ checksum }: PartItem, algorithm: string): string {
  if (checksum?.algorithm === algorithm) return checksum.value;
  throw invalidRequest(
    `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part.`,
  );
}
