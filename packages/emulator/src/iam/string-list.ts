import { PolicyError } from './policy-error.ts';

/** A member that is one text or a list of texts, as a list. `where` is its place in the document. */
export function stringList(value: unknown, where: string): readonly string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (!list.every((item) => typeof item === 'string')) throw syntaxError(where, 'must be a string or a list of strings', value);
  return list;
}

export function syntaxError(where: string, problem: string, value?: unknown): PolicyError {
  return new PolicyError(
    `Syntax errors in policy: ${where} ${problem}${value === undefined ? '' : `, not ${shorten(JSON.stringify(value))}`}.`,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
