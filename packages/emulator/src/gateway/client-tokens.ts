import { deserialize, serialize } from 'node:v8';
import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { AwsError } from './aws-error.ts';
import { digestOf } from './canonical.ts';
import type { FoundOperation } from './find-operation.ts';

type Values = Record<string, unknown>;

/** Makes a request that is sent again, because its answer was lost, do nothing the second time. */
export interface ClientTokens {
  /** Runs `work`, or answers as it did for the same `clientToken`, if the operation has one and the input holds it. */
  once(found: FoundOperation, scope: Scope, input: Values, work: () => Promise<Values>): Promise<Values>;
}

/** What was asked with a token and what was answered. Sealed: the input of CreateAgentRuntime holds environment variables. */
interface TokenItem {
  at: number;
  sealed: string;
}

const CLIENT_TOKEN = 'client-token';
/** AWS promises no length of time for these operations; eight hours is what EC2 and ECS name for theirs. */
const KEPT_MS = 8 * 60 * 60 * 1000;
const MAX_KEPT = 10_000;
/** Reading all of them to find the old ones is not worth it each time. */
const WRITES_BETWEEN_SWEEPS = 500;

/**
 * Tokens are per account, region and operation, as on AWS. What failed is not kept: it may be tried again with the same token. Two requests with the
 * same token at once get one answer.
 */
export function createClientTokens({ store, now }: { store: Store; now: () => Date }): ClientTokens {
  const underWay = new Map<string, { digest: string; answer: Promise<Values> }>();
  let writesUntilSweep = 0;

  return {
    once({ model, name, operation }, scope, input, work) {
      const token = input['clientToken'];
      const isToken = model.shapes[operation.input!]?.members?.['clientToken']?.idempotencyToken === true;
      if (!isToken || typeof token !== 'string') return work();
      const { clientToken: _token, ...asked } = input;
      const id = `${model.service}:${name}/${digestOf(token)}`;
      const digest = digestOf(asked);
      const running = underWay.get(runningKey(scope, id));
      if (running) return same(running.digest, digest, name) ?? running.answer;
      const known = read(scope, id);
      if (known) return same(known.digest, digest, name) ?? Promise.resolve(known.answer);
      const answer = work()
        .then((output) => {
          write(scope, id, { digest, answer: output });
          return output;
        })
        .finally(() => underWay.delete(runningKey(scope, id)));
      underWay.set(runningKey(scope, id), { digest, answer });
      return answer;
    },
  };

  function read(scope: Scope, id: string): { digest: string; answer: Values } | undefined {
    const item = store.items.get<TokenItem>(CLIENT_TOKEN, scope, id);
    if (!item || item.at + KEPT_MS <= now().getTime()) return undefined;
    const opened = store.sealer.open(item.sealed, purpose(id));
    return opened === undefined ? undefined : (deserialize(Buffer.from(opened, 'base64')) as { digest: string; answer: Values });
  }

  function write(scope: Scope, id: string, kept: { digest: string; answer: Values }): void {
    const sealed = store.sealer.seal(serialize(kept).toString('base64'), purpose(id));
    store.transaction(() => {
      if (writesUntilSweep === 0) sweep();
      store.items.put(CLIENT_TOKEN, scope, id, { at: now().getTime(), sealed } satisfies TokenItem);
    });
    writesUntilSweep = (writesUntilSweep || WRITES_BETWEEN_SWEEPS) - 1;
  }

  function sweep(): void {
    const newestFirst = store.items.all<TokenItem>(CLIENT_TOKEN).toSorted((a, b) => b.value.at - a.value.at);
    const oldest = now().getTime() - KEPT_MS;
    for (const [index, item] of newestFirst.entries())
      if (index >= MAX_KEPT || item.value.at <= oldest) store.items.delete(CLIENT_TOKEN, item, item.id);
  }
}

/** Rejects when the inputs differ, and says nothing when they are the same. */
function same(known: string, given: string, operation: string): Promise<never> | undefined {
  if (known === given) return undefined;
  return Promise.reject(
    new AwsError(
      'ConflictException',
      409,
      `The clientToken was used for another ${operation} request with different parameters. Send the same parameters again, or a new token.`,
    ),
  );
}

const purpose = (id: string) => `client-token:${id}`;
const runningKey = ({ accountId, region }: Scope, id: string) => `${accountId} ${region} ${id}`;
