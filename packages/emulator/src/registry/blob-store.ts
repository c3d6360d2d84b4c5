import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface WrittenBlob {
  digest: string;
  size: number;
}

/** Bytes by their SHA-256 digest, on disk, shared by all repositories. */
export interface BlobStore {
  /** Stores a stream. With `expected`, throws `DigestMismatch` and keeps nothing when the bytes are others. */
  write(source: Readable | Buffer, expected?: string): Promise<WrittenBlob>;
  size(digest: string): Promise<number | undefined>;
  open(digest: string, range?: { start: number; end: number }): Readable;
  delete(digest: string): Promise<void>;
  path(digest: string): string;
}

export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';
}

export function createBlobStore(directory: string): BlobStore {
  const path = (digest: string) => {
    const match = /^sha256:([0-9a-f]{64})$/.exec(digest);
    if (!match) throw new TypeError(`not a sha256 digest: ${digest}`);
    return join(directory, match[1]!.slice(0, 2), match[1]!);
  };
  return {
    path,
    async write(source, expected) {
      const temporary = join(directory, 'incoming', randomUUID());
      await mkdir(join(directory, 'incoming'), { recursive: true, mode: 0o700 });
      const hash = createHash('sha256');
      let size = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          size += chunk.length;
          done(null, chunk);
        },
      });
      try {
        // fsync before the link: a digest that is present is whole, even after a power cut.
        await pipeline(Buffer.isBuffer(source) ? Readable.from([source]) : source, measure, createWriteStream(temporary, { mode: 0o600, flush: true }));
        const digest = `sha256:${hash.digest('hex')}`;
        if (expected !== undefined && expected !== digest) throw new DigestMismatch(`expected ${expected}, got ${digest}`);
        await mkdir(join(path(digest), '..'), { recursive: true, mode: 0o700 });
        await link(temporary, path(digest)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        });
        return { digest, size };
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async size(digest) {
      try {
        return (await stat(path(digest))).size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    open: (digest, range) => createReadStream(path(digest), range),
    async delete(digest) {
      await rm(path(digest), { force: true });
    },
  };
}
