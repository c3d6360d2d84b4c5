import type { S3Call } from './call.ts';
import { notImplemented, notImplementedByS3 } from './errors.ts';

/** Headers of S3 that would change what it does, and do nothing here, by what they begin with: customer keys, Object Lock, appends. */
const NOT_HERE = [
  'x-amz-server-side-encryption-customer-',
  'x-amz-copy-source-server-side-encryption-customer-',
  'x-amz-server-side-encryption-context',
  'x-amz-object-lock-',
  'x-amz-object-annotation-directive',
  'x-amz-write-offset-bytes',
];
/** Conditions of directory buckets, which S3 refuses for the others. */
const OF_DIRECTORY_BUCKETS = new Set(['x-amz-if-match-last-modified-time', 'x-amz-if-match-size', 'x-amz-if-match-initiated-time']);

/** Throws for a header that S3 knows and that would be taken here without effect. */
export function refuseHeaders(headers: S3Call['headers']): void {
  for (const name of Object.keys(headers)) {
    if (NOT_HERE.some((prefix) => name.startsWith(prefix))) throw notImplemented(`The header ${name}`);
    if (OF_DIRECTORY_BUCKETS.has(name)) throw notImplementedByS3(name);
  }
}
