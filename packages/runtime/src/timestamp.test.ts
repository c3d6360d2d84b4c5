import { expect, onTestFinished, test, vi } from 'vitest';
import { createTimestamp } from './timestamp.ts';

test('the text is that of the time, also when the clock goes back', () => {
  const times = [0, 0, 1, 86_400_000, 1];
  const timestamp = createTimestamp(() => times.shift() ?? 0);
  expect(Array.from({ length: 5 }, timestamp)).toEqual([
    '1970-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.001Z',
    '1970-01-02T00:00:00.000Z',
    '1970-01-01T00:00:00.001Z',
  ]);
});

test('without a clock of its own it tells the time', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 86_400_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(createTimestamp()()).toBe('1970-01-02T00:00:00.000Z');
});
