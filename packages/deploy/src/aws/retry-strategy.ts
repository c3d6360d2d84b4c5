import type { BedrockAgentCoreControlClientConfig } from '@aws-sdk/client-bedrock-agentcore-control';
import { backoff } from '../util/backoff.ts';

type Strategy = Extract<
  NonNullable<BedrockAgentCoreControlClientConfig['retryStrategy']>,
  { refreshRetryTokenForRetry: (...args: never) => unknown }
>;

export interface RetryStrategy extends Strategy {
  /** What AWS answered last to a call that is being repeated, such as `ThrottlingException: Rate exceeded`. */
  refusal(): string | undefined;
}

/** A retry-after of the service may add so much to our own wait, as in AWS's SDKs. */
const HINT_MS = 5_000;

/**
 * As the SDK's own, with one difference: a call that is throttled is repeated for as long as its signal lets it, which is until the deadline of the
 * run. How long a busy account throttles says nothing about whether the call is right.
 *
 * @param maxAttempts Of calls that fail in another way that may pass: connections that break, and answers with a 5xx status.
 */
export function createRetryStrategy({ maxAttempts }: { maxAttempts: number }): RetryStrategy {
  let refusal: string | undefined;
  const token = (count: number, delay: number): Awaited<ReturnType<Strategy['acquireInitialRetryToken']>> => ({
    getRetryCount: () => count,
    getRetryDelay: () => delay,
  });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    async refreshRetryTokenForRetry(before, { error, errorType, retryAfterHint }) {
      const isThrottled = errorType === 'THROTTLING';
      const attempts = before.getRetryCount() + 1;
      if (!isThrottled && (errorType !== 'TRANSIENT' || attempts >= maxAttempts)) throw new Error('not to be repeated');
      refusal = error && `${error.name}: ${error.message}`;
      const own = backoff(attempts - 1, { baseMs: isThrottled ? 500 : 100, maxMs: 20_000 });
      const asked = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - Date.now();
      return token(attempts, Math.max(own, Math.min(asked, own + HINT_MS)));
    },
    recordSuccess() {
      refusal = undefined;
    },
    refusal: () => refusal,
  };
}
