import { posix } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { MAX_DEPTH } from '../../../sessions/image-tree.ts';

/** A file in a zip. */
export interface ZipEntry {
  /** Relative, with forward slashes, never out of the archive. */
  path: string;
  /** POSIX permissions, where the archive has them; otherwise 0o644. */
  mode: number;
  /** What the archive says it unpacks to. `read` yields as much, or throws. */
  size: number;
  /** Unpacks it piece by piece. Throws a ZipError when it is damaged or not as large as it says. */
  read(): AsyncIterable<Buffer>;
}

/** What is wrong with a zip, in a sentence. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const UNIX = 3;
const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;

/**
 * The files of a zip (APPNOTE 6.3: stored or deflated, not encrypted, no ZIP64), from its central directory. Nothing is taken on trust: what is
 * unpacked may not be larger than `maxBytes`, whatever the archive says, and no path leads out of it. Nothing is unpacked yet: a small zip can be a
 * large file.
 *
 * @throws ZipError
 */
export function readZip(zip: Buffer, { maxBytes }: { maxBytes: number }): ZipEntry[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw new ZipError('it is a ZIP64 archive, which AgentCore code does not need at its size');
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw new ZipError('its directory is damaged');
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    const [made, flags, method] = [zip.readUInt8(at + 5), zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)];
    const [packed, size, offset] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)];
    const mode = made === UNIX ? zip.readUInt32LE(at + 38) >>> 16 : 0;
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    if ((flags & 1) !== 0) throw new ZipError(`${name} is encrypted`);
    if ((mode & FILE_TYPE) === SYMLINK) throw new ZipError(`${name} is a symbolic link`);
    total += size;
    if (total > maxBytes) throw new ZipError(`it unpacks to more than ${maxBytes} bytes`);
    entries.push({ path: checkPath(name), mode: mode & 0o777 || 0o644, size, read: reader(zip, { name, method, packed, size, offset }) });
  }
  return entries;
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - END_BYTES - MAX_COMMENT); at -= 1)
    if (zip.readUInt32LE(at) === END) return at;
  throw new ZipError('it is not a zip');
}

function checkPath(name: string): string {
  const path = posix.normalize(name.replaceAll('\\', '/'));
  if (path.startsWith('/') || path.startsWith('../') || path === '..' || /^[A-Za-z]:/.test(path) || path.includes('\0'))
    throw new ZipError(`the path ${JSON.stringify(name.slice(0, 200))} leads out of it`);
  if (path.split('/').length > MAX_DEPTH)
    throw new ZipError(`the path ${JSON.stringify(name.slice(0, 200))}... is deeper than ${MAX_DEPTH} folders`);
  return path;
}

function reader(
  zip: Buffer,
  { name, method, packed, size, offset }: { name: string; method: number; packed: number; size: number; offset: number },
): () => AsyncIterable<Buffer> {
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== LOCAL) throw new ZipError(`${name} is not where its directory says`);
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
  const data = zip.subarray(start, start + packed);
  if (data.length !== packed) throw new ZipError(`${name} is cut off`);
  if (method === 0 && packed === size) return () => Readable.from(size === 0 ? [] : [data]);
  if (method !== 8) throw new ZipError(`${name} is compressed in a way (${method}) that is not deflate`);
  return () => inflate(data, { name, size });
}

async function* inflate(data: Buffer, { name, size }: { name: string; size: number }): AsyncGenerator<Buffer> {
  let read = 0;
  try {
    const inflated = createInflateRaw();
    // Its failure also reaches the loop.
    pipeline(Readable.from([data]), inflated, () => undefined);
    for await (const chunk of inflated as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > size) break;
      yield chunk;
    }
  } catch {
    read = -1;
  }
  // Damaged, or larger than it says: either way it is not what it claims to be.
  if (read !== size) throw new ZipError(`${name} is damaged, or is not as large as it says`);
}
