import type { RunningChecksum } from './checksums.ts';

/** CRC-64/NVME, reflected, https://reveng.sourceforge.io/crc-catalogue/all.htm. In two halves: arithmetic on BigInt is a hundred times slower. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** How many bytes are taken at once: each has a table, of what it becomes when the others behind it have passed. */
const SLICES = 8;

const { high: HIGH, low: LOW } = makeTables();

function makeTables(): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(SLICES * 256);
  const low = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let slice = 0; slice < SLICES; slice += 1) {
      for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
      high[slice * 256 + byte] = Number(BigInt.asIntN(32, value >> 32n));
      low[slice * 256 + byte] = Number(BigInt.asIntN(32, value));
    }
  }
  return { high, low };
}

export function crc64nvme(): RunningChecksum {
  let high = -1;
  let low = -1;
  return {
    update(bytes) {
      let h = high;
      let l = low;
      let index = 0;
      for (const end = bytes.length - SLICES; index <= end; index += SLICES) {
        // The first byte has seven behind it in this round, the last none.
        const a = l ^ (bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24));
        const b = h ^ (bytes[index + 4]! | (bytes[index + 5]! << 8) | (bytes[index + 6]! << 16) | (bytes[index + 7]! << 24));
        const i7 = 1792 + (a & 0xff);
        const i6 = 1536 + ((a >>> 8) & 0xff);
        const i5 = 1280 + ((a >>> 16) & 0xff);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 0xff);
        const i2 = 512 + ((b >>> 8) & 0xff);
        const i1 = 256 + ((b >>> 16) & 0xff);
        const i0 = b >>> 24;
        l = LOW[i7]! ^ LOW[i6]! ^ LOW[i5]! ^ LOW[i4]! ^ LOW[i3]! ^ LOW[i2]! ^ LOW[i1]! ^ LOW[i0]!;
        h = HIGH[i7]! ^ HIGH[i6]! ^ HIGH[i5]! ^ HIGH[i4]! ^ HIGH[i3]! ^ HIGH[i2]! ^ HIGH[i1]! ^ HIGH[i0]!;
      }
      for (; index < bytes.length; index += 1) {
        const entry = (l ^ bytes[index]!) & 0xff;
        l = LOW[entry]! ^ ((l >>> 8) | (h << 24));
        h = HIGH[entry]! ^ (h >>> 8);
      }
      high = h;
      low = l;
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32BE(~high, 0);
      bytes.writeInt32BE(~low, 4);
      return bytes.toString('base64');
    },
  };
}
