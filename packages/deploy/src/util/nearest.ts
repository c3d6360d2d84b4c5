/**
 * The word of a list that was probably meant: at most two letters (of a short word: one) are wrong, missing, too many or swapped; or it is the short form
 * of the word (`env` of `enviroment`), or has it as a part (`requestHeaders` has `headers`).
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const far = word.length < 5 ? 2 : 3;
  const [best] = words
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits < far)
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate ?? words.find((candidate) => word.length > 2 && isRelated(word.toLowerCase(), candidate.toLowerCase()));
}

function isRelated(word: string, candidate: string): boolean {
  return candidate.includes(word) || (candidate.length > 2 && word.startsWith(candidate));
}

/** Edits from one word to the other (Levenshtein, and neighbours that are swapped as one edit). */
function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_row, i) => [i, ...Array.from({ length: to.length }, () => 0)]);
  const at = (i: number, j: number): number => (i === 0 ? j : (rows[i]?.[j] ?? 0));
  for (let i = 1; i <= from.length; i += 1) {
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      (rows[i] as number[])[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Infinity,
      );
    }
  }
  return at(from.length, to.length);
}
