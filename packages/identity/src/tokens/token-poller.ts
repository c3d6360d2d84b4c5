import { sleep } from '../abort.ts';
import { IdentityError } from '../errors.ts';

/** What a poller has to work with while the user consents. */
export interface TokenPoll {
  /** Asks the service once. Answers `undefined` while the user has not consented; throws AUTHORIZATION_FAILED when it never will be. */
  ask(): Promise<string | undefined>;
  /** The link that the user was shown. */
  authorizationUrl: string;
  /** Aborted when nobody waits for the token any more. */
  signal: AbortSignal;
}

/** Waits for the token in its own way: another rhythm, a push from the callback, a test's shortcut. */
export type TokenPoller = (poll: TokenPoll) => Promise<string>;

export interface TokenPollerOptions {
  /** Milliseconds before the first question and between two. Default: 5,000. */
  intervalMs?: number;
  /** Milliseconds after which it gives up. Default: 600,000. */
  timeoutMs?: number;
}

/**
 * The poller that is used where no other is given: every 5 s for up to 10 minutes, as the Python SDK.
 *
 * Throws CONSENT_TIMEOUT at the end, INVALID_ARGUMENT for an interval or time-out that is not a positive number.
 */
export function createTokenPoller({ intervalMs = 5_000, timeoutMs = 600_000 }: TokenPollerOptions = {}): TokenPoller {
  if (!(intervalMs > 0 && timeoutMs > 0)) {
    throw new IdentityError(
      'INVALID_ARGUMENT',
      `intervalMs and timeoutMs must be positive numbers of milliseconds, not ${intervalMs} and ${timeoutMs}.`,
    );
  }
  return async ({ ask, signal }) => {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      await sleep(Math.min(intervalMs, deadline - performance.now()), signal);
      const token = await ask();
      if (token !== undefined) return token;
    }
    throw new IdentityError(
      'CONSENT_TIMEOUT',
      `The user did not consent within ${timeoutMs / 1000} s. Ask again: the link that was shown is no longer waited for.`,
    );
  };
}
