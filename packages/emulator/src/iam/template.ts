import type { Subject } from './types.ts';

/** A piece of a pattern: text as it is, `*`, `?`, or a policy variable. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback?: string };

const WITH_DEFAULT = /^([^,]*),\s*'([^']*)'\s*$/;

/**
 * Splits a pattern into tokens. Variables are known since version 2012-10-17; an older policy has them as plain text.
 * `${*}`, `${?}` and `${$}` are those characters themselves.
 */
export function tokenize(pattern: string, { variables, wildcards }: { variables: boolean; wildcards: boolean }): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  let open = variables ? pattern.indexOf('${') : -1;
  while (open >= 0) {
    const close = pattern.indexOf('}', open);
    if (close < 0) break;
    pushText(tokens, pattern.slice(end, open), wildcards);
    tokens.push(variableToken(pattern.slice(open + 2, close)));
    end = close + 1;
    open = pattern.indexOf('${', end);
  }
  pushText(tokens, pattern.slice(end), wildcards);
  return tokens;
}

/** The tokens with each variable replaced by its value in the request, or undefined where one has none. */
export function resolveTokens(tokens: readonly Token[], subject: Subject): Token[] | undefined {
  const resolved: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== 'variable') {
      resolved.push(token);
      continue;
    }
    const values = subject.value(token.key);
    // A key with several values cannot stand for one text.
    const text = values === undefined ? token.fallback : values.length === 1 ? values[0] : undefined;
    if (text === undefined) return undefined;
    // The value is text, never a pattern: a user named `*` must not match everybody's objects.
    resolved.push({ kind: 'text', text });
  }
  return resolved;
}

export function hasVariable(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.kind === 'variable');
}

/** The text of tokens without wildcards and variables. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'text' ? token.text : '')).join('');
}

function variableToken(name: string): Token {
  if (name === '*' || name === '?' || name === '$') return { kind: 'text', text: name };
  const [, key, fallback] = WITH_DEFAULT.exec(name) ?? [];
  if (key !== undefined && fallback !== undefined) return { kind: 'variable', key: key.trim().toLowerCase(), fallback };
  return { kind: 'variable', key: name.trim().toLowerCase() };
}

function pushText(tokens: Token[], text: string, wildcards: boolean): void {
  for (const piece of wildcards ? text.split(/([*?])/) : [text]) {
    if (wildcards && piece === '*') tokens.push({ kind: 'star' });
    else if (wildcards && piece === '?') tokens.push({ kind: 'any' });
    else if (piece !== '') tokens.push({ kind: 'text', text: piece });
  }
}
