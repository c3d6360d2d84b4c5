import { regionalArn } from '../../partition.ts';
import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { invalidArgument, notImplemented } from './errors.ts';

const ALGORITHM = 'x-amz-server-side-encryption';
const KEY = `${ALGORITHM}-aws-kms-key-id`;
const BUCKET_KEY = `${ALGORITHM}-bucket-key-enabled`;
export const ENCRYPTION_HEADERS: readonly string[] = [ALGORITHM, KEY, BUCKET_KEY];

/** What a bucket, or S3 since January 2023, sets for objects that do not say how they are to be encrypted. */
export interface Encryption {
  algorithm: string;
  keyId?: string;
  bucketKey: boolean;
}

export const DEFAULT_ENCRYPTION: Encryption = { algorithm: 'AES256', bucketKey: false };
const ALGORITHMS = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

export const isEncryption = (algorithm: string) => ALGORITHMS.has(algorithm);

/**
 * How an object is said to be encrypted: as its headers have it, or its bucket. It is kept and given back; nothing is encrypted here, and there is
 * no KMS that could be asked for a key.
 */
export function chooseEncryption(
  { headers, region }: Pick<S3Call, 'headers' | 'region'>,
  { item, accountId }: Bucket,
): Record<string, string> {
  const byBucket = item.encryption ?? DEFAULT_ENCRYPTION;
  const algorithm = headers[ALGORITHM] ?? (headers[KEY] === undefined ? byBucket.algorithm : '');
  if (algorithm !== '' && !isEncryption(algorithm))
    throw invalidArgument('The encryption method specified is not supported', ALGORITHM, algorithm);
  if (headers[KEY] !== undefined && !algorithm.startsWith('aws:kms'))
    throw invalidArgument(
      `Server Side Encryption with AWS KMS managed key requires HTTP header ${ALGORITHM} : aws:kms`,
      ALGORITHM,
      algorithm,
    );
  if (!algorithm.startsWith('aws:kms')) return { [ALGORITHM]: algorithm };
  const keyId = headers[KEY] ?? (headers[ALGORITHM] === undefined ? byBucket.keyId : undefined);
  const bucketKey = headers[BUCKET_KEY]?.toLowerCase() ?? String(byBucket.bucketKey);
  return {
    [ALGORITHM]: algorithm,
    ...(keyId === undefined ? {} : { [KEY]: keyArn(keyId, region, accountId) }),
    ...(bucketKey === 'true' ? { [BUCKET_KEY]: 'true' } : {}),
  };
}

/** What of an object's headers an answer about a write says. */
export function encryptionHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ENCRYPTION_HEADERS.includes(name)));
}

/** S3 answers with the key's ARN, however it was named. Which key an alias means only KMS knows. */
function keyArn(keyId: string, region: string, accountId: string): string {
  if (/(?:^|:)alias\//.test(keyId)) throw notImplemented(`The alias of a KMS key in ${KEY} (there is no KMS here: name the key itself)`);
  return keyId.startsWith('arn:') ? keyId : regionalArn('kms', { accountId, region }, `key/${keyId}`);
}
