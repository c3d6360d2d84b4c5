import { createSegment, findSegment, HOLE, standsAt, type Segment, type Text } from './segment.ts';
import { hasVariable, resolveTokens, tokenize, type Token } from './template.ts';
import type { Subject } from './types.ts';

/** A compiled pattern: the segments between its stars, in order. One segment: no star, so the whole text. */
export type Wildcard = readonly Segment[];

/** Whether a text fits. Undefined: that cannot be said, as the request lacks a variable of the pattern. */
export type TextMatcher = (text: string, subject: Subject) => boolean | undefined;

export function createWildcard(tokens: readonly Token[]): Wildcard {
  const segments: number[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'star') segments.push([]);
    else if (token.kind === 'any') segments.at(-1)!.push(HOLE);
    else if (token.kind === 'text')
      for (let index = 0; index < token.text.length; index++) segments.at(-1)!.push(token.text.charCodeAt(index));
  }
  // `**` is `*`.
  return segments.filter((codes, index) => index === 0 || index === segments.length - 1 || codes.length > 0).map(createSegment);
}

/** Whether the whole text fits the pattern, in time linear in the text. */
export function matchesWildcard(wildcard: Wildcard, text: Text): boolean {
  const first = wildcard[0]!;
  if (wildcard.length === 1) return first.codes.length === text.length && standsAt(first, text, 0);
  const last = wildcard.at(-1)!;
  const end = text.length - last.codes.length;
  let from = first.codes.length;
  if (from > end || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false;
  // The leftmost place is always as good as a later one: it leaves the most text to the segments that follow.
  for (let index = 1; index < wildcard.length - 1; index++) {
    const at = findSegment(wildcard[index]!, text, from, end);
    if (at < 0) return false;
    from = at + wildcard[index]!.codes.length;
  }
  return true;
}

/** Compiles tokens once; a pattern with variables is compared in place, as putting it together for each request would cost more than that. */
export function createMatcher(tokens: readonly Token[]): TextMatcher {
  if (hasVariable(tokens)) {
    return (text, subject) => {
      const resolved = resolveTokens(tokens, subject);
      return resolved && matchesTokens(resolved, text);
    };
  }
  if (tokens.length === 1 && tokens[0]!.kind === 'star') return () => true;
  if (tokens.every((token) => token.kind === 'text')) {
    const exact = tokens.map((token) => token.text).join('');
    return (text) => text === exact;
  }
  const wildcard = createWildcard(tokens);
  return (text) => matchesWildcard(wildcard, text);
}

/** Whether the whole text fits tokens without variables. In time linear in both, and mostly in that of the first difference. */
export function matchesTokens(tokens: readonly Token[], text: string): boolean {
  const firstStar = tokens.findIndex(({ kind }) => kind === 'star');
  if (firstStar < 0) return lengthOf(tokens) === text.length && standTokensAt(tokens, text, 0);
  const lastStar = tokens.findLastIndex(({ kind }) => kind === 'star');
  const [head, tail] = [tokens.slice(0, firstStar), tokens.slice(lastStar + 1)];
  const [from, end] = [lengthOf(head), text.length - lengthOf(tail)];
  const middle = tokens.slice(firstStar + 1, lastStar);
  // Nothing is built of a value that is longer than the text.
  if (from + lengthOf(middle) > end || !standTokensAt(head, text, 0) || !standTokensAt(tail, text, end)) return false;
  return middle.length === 0 || matchesWildcard(createWildcard([STAR, ...middle, STAR]), text.slice(from, end));
}

const STAR: Token = { kind: 'star' };

function lengthOf(tokens: readonly Token[]): number {
  let length = 0;
  for (const token of tokens) length += token.kind === 'text' ? token.text.length : token.kind === 'any' ? 1 : 0;
  return length;
}

/** None of them a star, and none beyond the text's end. */
function standTokensAt(tokens: readonly Token[], text: string, at: number): boolean {
  let place = at;
  for (const token of tokens) {
    if (token.kind === 'text' && !text.startsWith(token.text, place)) return false;
    place += token.kind === 'text' ? token.text.length : 1;
  }
  return true;
}

/** Compiles a pattern without variables, such as an action's. */
export function createPlainMatcher(pattern: string): (text: string) => boolean {
  const matcher = createMatcher(tokenize(pattern, { variables: false, wildcards: true }));
  return (text) => matcher(text, NO_SUBJECT) === true;
}

// Never asked: a pattern without variables does not look at the request.
const NO_SUBJECT = undefined as unknown as Subject;
