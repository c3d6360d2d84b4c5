// A word of up to six letters is mostly one token in OpenAI's vocabularies; longer words split, digits go in threes.
const PIECES = /\p{L}{1,6}|\p{N}{1,3}|[^\s\p{L}\p{N}]|\s{2,}/gu;

/** An approximate, deterministic number of tokens: always the same for the same text, and within about a fifth of a real count for English. */
export function countTokens(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(PIECES)) count += 1;
  return count;
}

/** The longest start of `text` that is at most `limit` tokens. */
export function firstTokens(text: string, limit: number): string {
  let count = 0;
  for (const match of text.matchAll(PIECES)) {
    count += 1;
    if (count > limit) return text.slice(0, match.index).trimEnd();
  }
  return text;
}
