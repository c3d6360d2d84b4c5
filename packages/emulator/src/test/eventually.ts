import { vi } from 'vitest';

/** Asks until the answer is not an error, for 30 seconds: for hooks and helpers, where `expect.poll` may not be used. */
export function eventually<Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer> {
  // oxlint-disable-next-line vitest/no-restricted-vi-methods -- The only place: it says how long.
  return vi.waitFor(ask, { timeout: 30_000, interval: 20 });
}
