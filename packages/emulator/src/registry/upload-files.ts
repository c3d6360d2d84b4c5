import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

/** The bytes of uploads that are under way: one file each, which survives a restart. */
export interface UploadFiles {
  /** Makes an empty file and answers its id. */
  create(): Promise<string>;
  /** Bytes received so far; `undefined` for an upload whose file is gone. */
  size(id: string): Promise<number | undefined>;
  /** Writes a stream at `offset` as it comes and answers the new size. What arrived before the sender hung up is kept. */
  append(id: string, offset: number, source: Readable): Promise<number>;
  discard(id: string): Promise<void>;
  path(id: string): string;
}

const ID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export function isUploadId(id: string): boolean {
  return ID.test(id);
}

export function createUploadFiles(directory: string): UploadFiles {
  const path = (id: string) => {
    if (!isUploadId(id)) throw new TypeError(`not an upload id: ${id}`);
    return join(directory, id.toLowerCase());
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
    path,
    size,
    async create() {
      const id = randomUUID();
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(path(id), '', { mode: 0o600, flag: 'wx' });
      return id;
    },
    async append(id, offset, source) {
      // At an explicit position: a sender that lost its connection and sends the same bytes again writes them over themselves.
      await pipeline(source, createWriteStream(path(id), { flags: 'r+', start: offset }));
      return (await size(id)) ?? 0;
    },
    async discard(id) {
      await rm(path(id), { force: true });
    },
  };
}
