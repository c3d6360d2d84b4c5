import { resolveTokens, tokenize, type Token } from './template.ts';
import type { Subject } from './types.ts';
import { createMatcher, matchesTokens, type TextMatcher } from './wildcard.ts';

const FIELDS = 6;
const NO_SUBJECT: Subject = {
  principal: { type: 'anonymous', arn: 'anonymous', accountId: '' },
  action: '',
  resource: '',
  value: () => undefined,
};

/**
 * Compares ARNs field by field, so that a `*` in one of the first five does not reach into the next.
 * Fields that the pattern lacks match anything.
 */
export function createArnMatcher(pattern: string, variables: boolean): TextMatcher {
  const tokens = tokenize(pattern, { variables, wildcards: true });
  if (!tokens.some((token) => token.kind === 'variable')) return compile(tokens);
  return (text, subject) => {
    const resolved = resolveTokens(tokens, subject);
    if (resolved === undefined) return undefined;
    const fields = splitArn(text);
    return fields !== undefined && splitFields(resolved).every((field, index) => matchesTokens(field, fields[index] ?? ''));
  };
}

function compile(tokens: readonly Token[]): TextMatcher {
  const matchers = splitFields(tokens).map(createMatcher);
  // Alone, `*` is any ARN.
  return (text) => {
    const fields = splitArn(text);
    return fields !== undefined && matchers.every((matches, index) => matches(fields[index] ?? '', NO_SUBJECT) === true);
  };
}

function splitFields(tokens: readonly Token[]): Token[][] {
  const fields: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind !== 'text') {
      fields.at(-1)!.push(token);
      continue;
    }
    let rest = token.text;
    for (let colon = rest.indexOf(':'); colon >= 0 && fields.length < FIELDS; colon = rest.indexOf(':')) {
      if (colon > 0) fields.at(-1)!.push({ kind: 'text', text: rest.slice(0, colon) });
      fields.push([]);
      rest = rest.slice(colon + 1);
    }
    if (rest !== '') fields.at(-1)!.push({ kind: 'text', text: rest });
  }
  return fields;
}

function splitArn(text: string): string[] | undefined {
  const fields: string[] = [];
  let from = 0;
  while (fields.length < FIELDS - 1) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    fields.push(text.slice(from, colon));
    from = colon + 1;
  }
  return [...fields, text.slice(from)];
}
