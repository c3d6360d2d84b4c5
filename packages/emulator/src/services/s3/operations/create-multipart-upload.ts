import { readAlgorithm } from '../body/checksums.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { encryptionHeaders } from '../encryption.ts';
import { invalidRequest } from '../errors.ts';
import { saveUpload, type UploadItem } from '../multipart.ts';
import { currentVersion } from '../object.ts';
import { orderedId } from '../ordered-id.ts';
import { readObjectHeaders } from '../object-headers.ts';
import { readTagHeader } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(call: S3Call): S3Answer {
  const { key, headers, emulator } = call;
  const tagging = headers['x-amz-tagging'];
  const bucket = call.require(['s3:PutObject', ...(tagging === undefined ? [] : ['s3:PutObjectTagging'])], { onKey: key });
  const uploadId = orderedId(24).toString('hex');
  const checksum = readChecksum(headers);
  const objectHeaders = readObjectHeaders(call, bucket);
  saveUpload(emulator.store, bucket, uploadId, {
    key,
    startedAt: emulator.now().toISOString(),
    headers: objectHeaders,
    tags: readTagHeader(tagging),
    ...checksum,
    existed: currentVersion(emulator.store, bucket, key) !== undefined,
    initiator: call.principal.arn,
    parts: {},
  });
  return {
    headers: {
      ...encryptionHeaders(objectHeaders),
      'x-amz-checksum-algorithm': checksum.checksumAlgorithm?.toUpperCase(),
      'x-amz-checksum-type': checksum.checksumType,
    },
    xml: { root: 'InitiateMultipartUploadResult', value: { Bucket: bucket.name, Key: key, UploadId: uploadId } },
  };
}

/** CRC64NVME is always of the whole object; hashes never are; the others are either. */
function readChecksum(headers: S3Call['headers']): Pick<UploadItem, 'checksumAlgorithm' | 'checksumType'> {
  const named = headers['x-amz-checksum-algorithm'];
  const asked = headers['x-amz-checksum-type']?.toUpperCase();
  if (asked !== undefined && asked !== 'FULL_OBJECT' && asked !== 'COMPOSITE')
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  if (named === undefined) {
    if (asked === undefined) return {};
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const algorithm = readAlgorithm(named);
  const type = asked ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'FULL_OBJECT' && algorithm.startsWith('crc')) return { checksumAlgorithm: algorithm, checksumType: type };
  if (type === 'COMPOSITE' && algorithm !== 'crc64nvme') return { checksumAlgorithm: algorithm, checksumType: type };
  throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
}
