import type { RunningChecksum } from './checksums.ts';

/** CRC-64/NVME, reflected, https://reveng.sourceforge.io/crc-catalogue/all.htm. In two halves: arithmetic on BigInt is a hundred times slower. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const { high: HIGH, low: LOW } = makeTables();

function makeTables(): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
    high[byte] = Number(BigInt.asIntN(32, value >> 32n));
    low[byte] = Number(BigInt.asIntN(32, value));
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
      for (let index = 0; index < bytes.length; index += 1) {
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
