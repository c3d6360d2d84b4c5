import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTokenPoller } from './token-poller.ts';

const link = { authorizationUrl: 'https://vendor/authorize' };

describe('the poller that is used by default', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  test('asks for the first time after 5 s, then every 5 s', async () => {
    const askedAt: number[] = [];
    const ask = vi.fn<() => Promise<string | undefined>>(async () => {
      askedAt.push(Date.now());
      return askedAt.length === 3 ? 'at-1' : undefined;
    });
    const token = createTokenPoller()({ ask, ...link, signal: new AbortController().signal });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10_001);
    await expect(token).resolves.toBe('at-1');
    expect(askedAt).toEqual([5_000, 10_000, 15_000]);
  });

  test('gives up after 600 s and 120 questions', async () => {
    const ask = vi.fn<() => Promise<undefined>>(async () => undefined);
    const token = createTokenPoller()({ ask, ...link, signal: new AbortController().signal });
    const ended = Promise.allSettled([token]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { code: 'CONSENT_TIMEOUT' } }]);
    expect(ask).toHaveBeenCalledTimes(120);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind when it is aborted', async () => {
    const controller = new AbortController();
    const token = createTokenPoller()({ ask: async () => undefined, ...link, signal: controller.signal });
    const ended = Promise.allSettled([token]);
    await vi.advanceTimersByTimeAsync(1_000);
    controller.abort();
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { code: 'ABORTED' } }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([{ intervalMs: 0 }, { timeoutMs: -1 }, { intervalMs: Number.NaN }])('refuses %o', (options) => {
    expect(() => createTokenPoller(options)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
