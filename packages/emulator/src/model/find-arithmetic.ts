import { parseArithmetic } from './parse-arithmetic.ts';
import type { Parsed, Token } from './parse-arithmetic.ts';
import { spokenArithmetic } from './spoken-arithmetic.ts';

export interface Arithmetic {
  /** Numbers, `+ - * / % ^`, parentheses and functions such as `sqrt(16)`. */
  expression: string;
  value: number;
}

/** A question has no more characters than this; what follows is not looked at, which bounds the time a hostile prompt takes. */
const LIMIT = 10_000;

const TOKEN = /(?<number>\d+(?:\.\d+)?(?:e[-+]?\d+)?|\.\d+)|(?<name>[a-z_]+)|(?<sign>[-+*/^%()])|(?<space>\s+)|(?<other>.)/giu;
const INTENT = /\b(?:how much|what(?:'s|’s| is| are)|calculate|compute|evaluate|solve|work out|result of|sum|equals?)\b|=/i;
// A date, a time, a version, a range or a number like 555-1234: digits and marks without arithmetic.
const NOT_ARITHMETIC =
  /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?\b|\b\d{1,4}\/\d{1,2}\/\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b|\bv?\d+\.\d+\.\d[\w.]*\b|\b\w+:\/\/\S+/gi;

/** Every arithmetic expression with at least one operation in a text, in order, each in a normal spelling. */
export function findArithmetic(text: string): Arithmetic[] {
  const written = spokenArithmetic(text.slice(0, LIMIT).replace(NOT_ARITHMETIC, ' # '));
  const tokens = tokenize(written);
  const hasIntent = INTENT.test(text.slice(0, LIMIT));
  const found: Arithmetic[] = [];
  let at = 0;
  while (at < tokens.length) {
    const parsed = parseArithmetic(tokens, at);
    if (!parsed || parsed.operations === 0) {
      at = parsed ? parsed.end : at + 1;
      continue;
    }
    if (standsAlone(tokens, at, parsed.end) && (hasIntent || isPlain(tokens, at, parsed)))
      found.push({ expression: parsed.expression, value: parsed.value });
    at = parsed.end;
  }
  return found;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { groups, 0: whole } of text.matchAll(TOKEN)) {
    if (groups?.['space'] !== undefined) {
      const last = tokens.at(-1);
      if (last) last.spaced = true;
      continue;
    }
    const kind =
      groups?.['number'] === undefined
        ? groups?.['name'] === undefined
          ? groups?.['sign'] === undefined
            ? 'other'
            : 'sign'
          : 'name'
        : 'number';
    tokens.push({ kind, text: kind === 'name' ? whole.toLowerCase() : whole, spaced: false });
  }
  return tokens;
}

/** False for digits glued to letters: the 2-3 of "gpt2-3" or "2-3b" is a name. */
function standsAlone(tokens: Token[], start: number, end: number): boolean {
  const before = tokens[start - 1];
  const after = tokens[end];
  if (before && !before.spaced && (before.kind === 'name' || before.kind === 'number')) return false;
  return !(after && !tokens[end - 1]!.spaced && (after.kind === 'name' || after.kind === 'number'));
}

/** Without words that ask for a result, "3-5 days" and "24/7" are no sums, but "12 - 5" and "2+2" are, and so is a text that is nothing else. */
function isPlain(tokens: Token[], start: number, { end }: Parsed): boolean {
  const rest = [...tokens.slice(0, start), ...tokens.slice(end)];
  if (rest.every(({ kind, text }) => kind === 'other' && '?!.='.includes(text))) return true;
  return tokens
    .slice(start, end)
    .some(
      (token, index) => token.kind === 'name' || (token.kind === 'sign' && ('+*^'.includes(token.text) || (index > 0 && token.spaced))),
    );
}
