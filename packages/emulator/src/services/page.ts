import { AwsError } from '../gateway/aws-error.ts';
import type { Scope, StoredItem } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';

export interface Page<T> {
  items: StoredItem<T>[];
  /** Set when there is more. It names the last item, so it stays good when the emulator restarts. */
  nextToken?: string;
}

/** One page of a kind's items, in the order of their ids, or the reverse. `badToken` makes the service's own error for a token that is not ours. */
export function listPage<T>(
  store: Store,
  kind: string,
  scope: Scope,
  {
    limit,
    token,
    prefix,
    descending,
    badToken = invalidToken,
  }: { limit: number; token: string | undefined; prefix?: string; descending?: boolean; badToken?: () => AwsError },
): Page<T> {
  const after = token === undefined ? undefined : decodeToken(token, kind, badToken);
  const items = store.items.list<T>(kind, scope, {
    limit: limit + 1,
    ...(after === undefined ? {} : { after }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(descending === undefined ? {} : { descending }),
  });
  if (items.length <= limit) return { items };
  const shown = items.slice(0, limit);
  return { items: shown, nextToken: encodeToken(kind, shown.at(-1)!.id) };
}

export function encodeToken(kind: string, id: string): string {
  return Buffer.from(JSON.stringify([kind, id])).toString('base64url');
}

export function decodeToken(token: string, kind: string, badToken: () => AwsError = invalidToken): string {
  try {
    const [tokenKind, id] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [unknown, unknown];
    if (tokenKind === kind && typeof id === 'string') return id;
  } catch {
    // Falls through: whatever it is, we did not make it.
  }
  throw badToken();
}

function invalidToken(): AwsError {
  return new AwsError(
    'ValidationException',
    400,
    'The pagination token is invalid: expected the nextToken of a previous answer of this operation.',
  );
}
