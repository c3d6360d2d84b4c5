import type { AwsError } from '../../gateway/aws-error.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { decodeToken, encodeToken } from '../page.ts';

export function badToken(): AwsError {
  return invalidParameter('nextToken', 'must be the nextToken of a previous answer of this operation');
}

/** The first `limit` of `items`; where there are more, a token that names the last one shown. */
export function takePage<T>(
  kind: string,
  items: Iterator<T>,
  limit: number,
  keyOf: (item: T) => string,
): { items: T[]; nextToken: string | undefined } {
  const shown: T[] = [];
  for (let next = items.next(); !next.done; next = items.next()) {
    if (shown.length === limit) return { items: shown, nextToken: encodeToken(kind, keyOf(shown.at(-1)!)) };
    shown.push(next.value);
  }
  return { items: shown, nextToken: undefined };
}

export function readToken(kind: string, token: string | undefined): string | undefined {
  return token === undefined ? undefined : decodeToken(token, kind, badToken);
}
