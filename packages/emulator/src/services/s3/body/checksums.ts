import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
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

/** `undefined` for an algorithm that is not known here. */
export function createChecksum(algorithm: string): RunningChecksum | undefined {
  return Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm]!() : undefined;
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
