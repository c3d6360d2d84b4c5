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

/** Compiles tokens once; only a pattern with variables is put together again for each request. */
export function createMatcher(tokens: readonly Token[]): TextMatcher {
  if (hasVariable(tokens)) {
    return (text, subject) => {
      const resolved = resolveTokens(tokens, subject);
      return resolved && matchesWildcard(createWildcard(resolved), text);
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

/** Compiles a pattern without variables, such as an action's. */
export function createPlainMatcher(pattern: string): (text: string) => boolean {
  const matcher = createMatcher(tokenize(pattern, { variables: false, wildcards: true }));
  return (text) => matcher(text, NO_SUBJECT) === true;
}

// Never asked: a pattern without variables does not look at the request.
const NO_SUBJECT = undefined as unknown as Subject;
