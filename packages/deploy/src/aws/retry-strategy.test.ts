import { expect, onTestFinished, test, vi } from 'vitest';
import { createRetryStrategy } from './retry-strategy.ts';

const error = Object.assign(new Error('Rate exceeded') as Error & { cause?: Error }, { name: 'ThrottlingException', $metadata: {} });

async function repeat(times: number, errorType: 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR', retryAfterHint?: Date) {
  const strategy = createRetryStrategy({ maxAttempts: 5 });
  let token = await strategy.acquireInitialRetryToken('');
  const delays: number[] = [];
  for (let time = 0; time < times; time += 1) {
    token = await strategy.refreshRetryTokenForRetry(token, { error, errorType, ...(retryAfterHint && { retryAfterHint }) });
    delays.push(token.getRetryDelay());
  }
  return { strategy, token, delays };
}

test('a call that is throttled is repeated for as long as it takes, ever more rarely, but at least every 20 s', async () => {
  const { token, delays } = await repeat(50, 'THROTTLING');
  expect(token.getRetryCount()).toBe(50);
  expect(delays[0]).toBeGreaterThanOrEqual(250);
  expect(delays[0]).toBeLessThanOrEqual(500);
  expect(delays[5]).toBeGreaterThan(delays[1]!);
  expect(Math.min(...delays.slice(10))).toBeGreaterThanOrEqual(10_000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(20_000);
});

test('one that fails in another way is tried as often as was said, and one that was wrong is not tried again', async () => {
  expect((await repeat(4, 'TRANSIENT')).token.getRetryCount()).toBe(4);
  await expect(repeat(5, 'TRANSIENT')).rejects.toThrow('not to be repeated');
  await expect(repeat(1, 'CLIENT_ERROR')).rejects.toThrow('not to be repeated');
});

test('the service may ask for more time, but not for very much', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const { delays } = await repeat(1, 'THROTTLING', new Date(3_000));
  expect(delays[0]).toBeGreaterThan(2_000);
  expect((await repeat(1, 'THROTTLING', new Date(3_600_000))).delays[0]).toBeLessThanOrEqual(5_500);
});

test('what is being refused is known until something succeeds', async () => {
  const { strategy, token } = await repeat(1, 'THROTTLING');
  expect(strategy.refusal()).toBe('ThrottlingException: Rate exceeded');
  strategy.recordSuccess(token);
  expect(strategy.refusal()).toBeUndefined();
});
