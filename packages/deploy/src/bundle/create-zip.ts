import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  /** Relative, with forward slashes on every platform. */
  path: string;
  bytes: Uint8Array;
  /** POSIX mode. Default 0o644: AgentCore runs the code as another user, who has to be able to read it. */
  mode?: number;
}

const UNIX = 3;
const REGULAR_FILE = 0o100000;
const DEFLATE = 8;
const UTF8 = 0x0800;
/** 1 January 1980, the first day that a zip knows. */
const FIRST_DAY = 0x0021;

/**
 * Packs files into a zip (APPNOTE 6.3) that depends on nothing but their paths, modes and bytes: sorted, one fixed time, no user. The same source
 * gives the same digest on every checkout.
 */
export function createZip(files: readonly ZipFile[]): Uint8Array {
  const sorted = files.map((file) => ({ ...file, path: normalize(file.path) })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes, mode = 0o644 } of sorted) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes, { level: 6 });
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0); // needs version 2.0
    shared.writeUInt16LE(UTF8, 2);
    shared.writeUInt16LE(DEFLATE, 4);
    shared.writeUInt16LE(FIRST_DAY, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([signature(0x04034b50), shared, name, packed]);
    const ending = Buffer.alloc(14);
    ending.writeUInt32LE(((REGULAR_FILE | mode) << 16) >>> 0, 6);
    ending.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, UNIX]), shared, ending, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(sorted.length, 4);
  end.writeUInt16LE(sorted.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return new Uint8Array(Buffer.concat([...parts, central, signature(0x06054b50), end]));
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function normalize(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:[A-Za-z]:)?\/+/, '');
}
