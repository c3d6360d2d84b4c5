import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, open as openFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createUploadFiles, type UploadFiles } from './upload-files.ts';

export interface WrittenBlob {
  digest: string;
  size: number;
}

export interface WriteOptions {
  /** The digest that the bytes must have: others are refused with {@link DigestMismatch} and nothing is kept. */
  expected?: string;
  /**
   * Runs in the same tick in which the blob appears, so that no collection can come between: write the reference to it here.
   * When it throws, the blob stays until something collects it.
   */
  commit?: (blob: WrittenBlob) => void;
}

/** Bytes by their SHA-256 digest, on disk, shared by all repositories. */
export interface BlobStore {
  readonly uploads: UploadFiles;
  write(source: Readable | Buffer, options?: WriteOptions): Promise<WrittenBlob>;
  /** Turns the file of an upload into a blob, without copying it. The upload's file is gone afterwards, unless this throws. */
  adopt(uploadId: string, options?: WriteOptions): Promise<WrittenBlob>;
  size(digest: string): Promise<number | undefined>;
  /** A stream of the blob, or of bytes `start` to `end` of it, both included. */
  open(digest: string, range?: { start: number; end: number }): Readable;
  /** Deletes a blob unless `isReferenced` says, in the same tick, that something still needs it. */
  collect(digest: string, isReferenced: () => boolean): void;
  path(digest: string): string;
}

export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';
}

/** Opens (or makes) the blobs in `directory`. What a crash left half-written is removed: only whole blobs have a digest for a name. */
export function createBlobStore(directory: string): BlobStore {
  const uploads = createUploadFiles(join(directory, 'uploads'));
  const incoming = join(directory, 'incoming');
  rmSync(incoming, { recursive: true, force: true });

  const path = (digest: string) => {
    const match = /^sha256:([0-9a-f]{64})$/.exec(digest);
    if (!match) throw new TypeError(`not a sha256 digest: ${digest}`);
    return join(directory, match[1]!.slice(0, 2), match[1]!);
  };

  /** Synchronous on purpose: between the link and `commit` nobody else runs. */
  function place(file: string, blob: WrittenBlob, { expected, commit }: WriteOptions): WrittenBlob {
    if (expected !== undefined && expected !== blob.digest) throw new DigestMismatch(`expected ${expected}, got ${blob.digest}`);
    const target = path(blob.digest);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (!existsSync(target)) linkSync(file, target);
    commit?.(blob);
    return blob;
  }

  return {
    uploads,
    path,
    async write(source, options = {}) {
      const temporary = join(incoming, randomUUID());
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const { measure, result } = measureStream();
      try {
        // fsync before the link: a digest that is present is whole, even after a power cut.
        const file = createWriteStream(temporary, { mode: 0o600, flush: true });
        await pipeline(Buffer.isBuffer(source) ? Readable.from([source]) : source, measure, file);
        return place(temporary, result(), options);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    adopt: (uploadId, options = {}) =>
      uploads.exclusively(uploadId, async (file, known) => {
        const handle = await openFile(file, 'r+');
        try {
          const { size } = await handle.stat();
          const blob = known === undefined ? await measureFile(file) : { digest: known, size };
          await handle.sync();
          place(file, blob, options);
          await uploads.discard(uploadId);
          return blob;
        } finally {
          await handle.close();
        }
      }),
    async size(digest) {
      try {
        return (await stat(path(digest))).size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    open: (digest, range) => createReadStream(path(digest), { highWaterMark: 256 * 1024, ...range }),
    collect(digest, isReferenced) {
      if (!isReferenced()) rmSync(path(digest), { force: true });
    },
  };
}

async function measureFile(file: string): Promise<WrittenBlob> {
  const { measure, result } = measureStream();
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), measure.resume());
  return result();
}

/** Passes bytes on, and knows afterwards how many they were and what their digest is. */
function measureStream(): { measure: Transform; result(): WrittenBlob } {
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { measure, result: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) };
}
