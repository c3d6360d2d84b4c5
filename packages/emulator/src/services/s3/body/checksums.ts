import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invalidRequest, notImplemented } from '../errors.ts';
import { crc32c } from './crc32c.ts';
import { crc64nvme } from './crc64nvme.ts';

/** A checksum that is taken while bytes pass. */
export interface RunningChecksum {
  update(bytes: Buffer): void;
  /** Base64, as S3 writes checksums. */
  digest(): string;
}

/** The algorithms that S3 takes, by how headers name them: `x-amz-checksum-crc32`. */
const ALGORITHMS: Readonly<Record<string, () => RunningChecksum>> = {
  crc32: () => running32(crc32),
  crc32c: () => running32(crc32c),
  crc64nvme: crc64nvme,
  sha1: () => hashed('sha1'),
  sha256: () => hashed('sha256'),
};

export const CHECKSUM_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS);

/** What S3 takes of what comes without a checksum. */
export const DEFAULT_CHECKSUM = 'crc64nvme';

/** Those that S3 has learnt since, and that need code of their own. */
const NOT_HERE = new Set(['md5', 'sha512', 'xxhash3', 'xxhash64', 'xxhash128']);
const BYTES: Readonly<Record<string, number>> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 };

const UNSUPPORTED =
  'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]';

/** The algorithm that a request names. @throws AwsError for one that is not known to S3, or not here */
export function readAlgorithm(name: string, message = UNSUPPORTED): string {
  const algorithm = name.toLowerCase();
  if (Object.hasOwn(ALGORITHMS, algorithm)) return algorithm;
  if (NOT_HERE.has(algorithm)) throw notImplemented(`The checksum algorithm ${algorithm.toUpperCase()}`);
  throw invalidRequest(message);
}

/** Takes the checksum of an algorithm from {@link readAlgorithm}. */
export function createChecksum(algorithm: string): RunningChecksum {
  return ALGORITHMS[algorithm]!();
}

/** Whether `value` is base64 of as many bytes as the algorithm gives. */
export function isChecksum(algorithm: string, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === BYTES[algorithm] && bytes.toString('base64') === value;
}

function running32(next: (bytes: Buffer, before: number) => number): RunningChecksum {
  let value = 0;
  return {
    update: (bytes) => void (value = next(bytes, value)),
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function hashed(name: string): RunningChecksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}
