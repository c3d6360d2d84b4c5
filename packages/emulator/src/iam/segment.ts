/** What a search reads: a string, or in tests something that counts the reads. */
export interface Text {
  readonly length: number;
  charCodeAt(index: number): number;
}

/** A run of characters between two `*`. A hole is a `?`: any character. */
export interface Segment {
  readonly codes: readonly number[];
  /** How far a search slides on a mismatch. Absent where there are holes, which are searched for in another way. */
  readonly borders?: readonly number[];
}

export const HOLE = -1;
const WORD = 32;

export function createSegment(codes: readonly number[]): Segment {
  return codes.includes(HOLE) ? { codes } : { codes, borders: bordersOf(codes) };
}

/** Whether the segment stands in the text at this very place. */
export function standsAt({ codes }: Segment, text: Text, at: number): boolean {
  if (at < 0 || at + codes.length > text.length) return false;
  for (let index = 0; index < codes.length; index++) {
    if (codes[index] !== HOLE && codes[index] !== text.charCodeAt(at + index)) return false;
  }
  return true;
}

/**
 * Where the segment first stands in the text between `from` and `to`, or -1.
 * Reads each character once, whatever the pattern: a policy comes from a caller, so no pattern may make a request slow.
 */
export function findSegment(segment: Segment, text: Text, from: number, to: number): number {
  if (segment.codes.length === 0) return from;
  if (to - from < segment.codes.length) return -1;
  return segment.borders ? findLiteral(segment.codes, segment.borders, text, from, to) : findWithHoles(segment.codes, text, from, to);
}

/** Knuth, Morris and Pratt: on a mismatch the pattern slides by what is known of the text already read. */
function findLiteral(codes: readonly number[], borders: readonly number[], text: Text, from: number, to: number): number {
  let matched = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    while (matched > 0 && codes[matched] !== code) matched = borders[matched - 1] ?? 0;
    if (codes[matched] === code) matched++;
    if (matched === codes.length) return index - codes.length + 1;
  }
  return -1;
}

function bordersOf(codes: readonly number[]): number[] {
  const borders = [0];
  let length = 0;
  for (let index = 1; index < codes.length; index++) {
    while (length > 0 && codes[length] !== codes[index]) length = borders[length - 1] ?? 0;
    if (codes[length] === codes[index]) length++;
    borders.push(length);
  }
  return borders;
}

/** Shift-And (Baeza-Yates and Gonnet): one bit for each prefix of the pattern that ends here, 32 of them a step. */
function findWithHoles(codes: readonly number[], text: Text, from: number, to: number): number {
  const words = Math.ceil(codes.length / WORD);
  const masks = masksOf(codes, words);
  const state = new Int32Array(words);
  const last = codes.length - 1;
  for (let index = from; index < to; index++) {
    const mask = masks.get(text.charCodeAt(index)) ?? masks.get(HOLE)!;
    let carry = 1;
    for (let word = 0; word < words; word++) {
      const shifted = (state[word]! << 1) | carry;
      carry = state[word]! >>> (WORD - 1);
      state[word] = shifted & mask[word]!;
    }
    if ((state[words - 1]! >>> (last % WORD)) & 1) return index - last;
  }
  return -1;
}

/** For each character the places where it, or any, may stand. Under HOLE: those for all other characters. */
function masksOf(codes: readonly number[], words: number): Map<number, Int32Array> {
  const holes = new Int32Array(words);
  const masks = new Map<number, Int32Array>([[HOLE, holes]]);
  codes.forEach((code, index) => code === HOLE && setBit(holes, index));
  codes.forEach((code, index) => {
    if (code === HOLE) return;
    let mask = masks.get(code);
    if (!mask) masks.set(code, (mask = holes.slice()));
    setBit(mask, index);
  });
  return masks;
}

function setBit(mask: Int32Array, index: number): void {
  mask[Math.floor(index / WORD)]! |= 1 << (index % WORD);
}
