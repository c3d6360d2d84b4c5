import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTurns } from './turns.ts';

/** The bytes of uploads that are under way: one file each, which survives a restart. */
export interface UploadFiles {
  /** Makes an empty file and answers its id. */
  create(): Promise<string>;
  /** Bytes received so far; `undefined` for an upload whose file is gone. */
  size(id: string): Promise<number | undefined>;
  /**
   * Writes a stream behind what is there, as it comes, and answers the new size. What arrived before the sender hung up is kept.
   * With `first`, throws {@link OffsetMismatch} unless the upload has exactly as many bytes. A sender that still writes to the
   * same upload is cut off: it is one whose connection was lost, and who came back.
   */
  append(id: string, source: Readable, first?: number): Promise<number>;
  /** Lets `work` have the file to itself. `digest` is known where all bytes came through `append` of this process. */
  exclusively<T>(id: string, work: (file: string, digest: string | undefined) => Promise<T>): Promise<T>;
  discard(id: string): Promise<void>;
  /** The ids of files that nobody wrote to for `ms` milliseconds before `now`. */
  idle(ms: number, now: Date): Promise<string[]>;
}

export class OffsetMismatch extends Error {
  override readonly name = 'OffsetMismatch';
  readonly size: number;

  constructor(size: number) {
    super(`the upload has ${size} bytes`);
    this.size = size;
  }
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isUploadId(id: string): boolean {
  return ID.test(id);
}

interface Running {
  hash: Hash;
  size: number;
}

export function createUploadFiles(directory: string): UploadFiles {
  const turns = createTurns();
  /** The digest so far, so that a finished upload need not be read again. */
  const running = new Map<string, Running>();

  const path = (id: string) => {
    if (!isUploadId(id)) throw new TypeError(`not an upload id: ${id}`);
    return join(directory, id);
  };
  const size = async (id: string) => {
    try {
      return (await stat(path(id))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    size,
    async create() {
      const id = randomUUID();
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(path(id), '', { mode: 0o600, flag: 'wx' });
      running.set(id, { hash: createHash('sha256'), size: 0 });
      return id;
    },
    append: (id, source, first) =>
      turns.take(id, async (signal) => {
        const start = (await stat(path(id))).size;
        if (first !== undefined && first !== start) throw new OffsetMismatch(start);
        const state = running.get(id);
        const whole = state?.size === start ? state : undefined;
        // Once bytes passed by the hash it can never be right again, whatever sizes come.
        if (!whole) running.delete(id);
        const hashing = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            if (whole) {
              whole.hash.update(chunk);
              whole.size += chunk.length;
            }
            done(null, chunk);
          },
        });
        await pipeline(source, hashing, createWriteStream(path(id), { flags: 'r+', start }), { signal });
        return (await stat(path(id))).size;
      }),
    exclusively: (id, work) =>
      turns.take(id, async () => {
        const state = running.get(id);
        // Bytes that were hashed and then not written show as another size.
        const digest = state && state.size === (await size(id)) ? `sha256:${state.hash.copy().digest('hex')}` : undefined;
        return work(path(id), digest);
      }),
    async discard(id) {
      running.delete(id);
      await rm(path(id), { force: true });
    },
    async idle(ms, now) {
      const ids = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const stats = await Promise.all(
        ids.filter(isUploadId).map(async (id) => ({
          id,
          at: await stat(path(id))
            .then(({ mtimeMs }) => mtimeMs)
            .catch(() => undefined),
        })),
      );
      return stats.filter(({ at }) => at !== undefined && now.getTime() - at >= ms).map(({ id }) => id);
    },
  };
}
