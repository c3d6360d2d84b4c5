import { randomBytes } from 'node:crypto';

const TIME_BYTES = 8;

/**
 * Bytes for an id that nobody can guess, and that says in its first eight when it was made, in microseconds: pages of a list can go on behind an
 * entry that was deleted since.
 */
export function orderedId(random: number): Buffer {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)));
  return Buffer.concat([time, randomBytes(random)]);
}

/** When the id was made, in microseconds. */
export function timeOfId(id: Buffer): number {
  return id.length < TIME_BYTES ? 0 : Number(id.readBigUInt64BE());
}
