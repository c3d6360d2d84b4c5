import { randomBytes } from 'node:crypto';
import { CHECKSUM_ALGORITHMS } from '../body/checksums.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { invalidRequest, notImplemented } from '../errors.ts';
import { saveUpload, type UploadItem } from '../multipart.ts';
import { readObjectHeaders } from '../object-headers.ts';
import { readTagHeader } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(call: S3Call): S3Answer {
  const { key, headers, emulator } = call;
  const tagging = headers['x-amz-tagging'];
  const bucket = call.require(['s3:PutObject', ...(tagging === undefined ? [] : ['s3:PutObjectTagging'])], { onKey: key });
  const uploadId = randomBytes(32).toString('hex');
  const checksum = readChecksum(headers);
  saveUpload(emulator.store, bucket, uploadId, {
    key,
    startedAt: emulator.now().toISOString(),
    headers: readObjectHeaders(headers),
    tags: readTagHeader(tagging),
    ...checksum,
    parts: {},
  });
  return {
    headers: {
      'x-amz-checksum-algorithm': checksum.checksumAlgorithm?.toUpperCase(),
      'x-amz-checksum-type': checksum.checksumType,
    },
    xml: { root: 'InitiateMultipartUploadResult', value: { Bucket: bucket.name, Key: key, UploadId: uploadId } },
  };
}

/** CRC64NVME is always of the whole object; hashes never are; the others are either. */
function readChecksum(headers: S3Call['headers']): Pick<UploadItem, 'checksumAlgorithm' | 'checksumType'> {
  const algorithm = headers['x-amz-checksum-algorithm']?.toLowerCase();
  const asked = headers['x-amz-checksum-type']?.toUpperCase();
  if (algorithm === undefined) return {};
  if (!CHECKSUM_ALGORITHMS.includes(algorithm)) throw notImplemented(`The checksum algorithm ${algorithm.toUpperCase()}`);
  const type = asked ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'FULL_OBJECT' && algorithm.startsWith('crc')) return { checksumAlgorithm: algorithm, checksumType: type };
  if (type === 'COMPOSITE' && algorithm !== 'crc64nvme') return { checksumAlgorithm: algorithm, checksumType: type };
  throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
}
