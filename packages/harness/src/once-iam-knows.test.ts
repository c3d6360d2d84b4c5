import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { createNarrator } from './narrator.ts';
import { onceIamKnows, type Clock } from './once-iam-knows.ts';

const { signal } = new AbortController();
const say = createNarrator({ out: new PassThrough().resume() });

/** Time passes only while something waits. */
function fakeClock(): Clock {
  let time = 0;
  return { now: () => time, sleep: async (ms) => void (time += ms) };
}

const denied = (): Promise<string> => Promise.reject(new Error('User: x is not authorized to perform: y'));

describe('after a policy has changed', () => {
  test('a denial is asked again until the answer comes', async () => {
    const ask = vi.fn<() => Promise<string>>(() => Promise.resolve('an answer'));
    ask.mockImplementationOnce(denied).mockImplementationOnce(denied);
    expect(await onceIamKnows(ask, { say, signal, timeoutMs: 10_000, clock: fakeClock() })).toBe('an answer');
    expect(ask).toHaveBeenCalledTimes(3);
  });

  test('a denial that an agent tells in words is one too, and the last answer is given when the time is over', async () => {
    const told = 'add_note failed: User: x is not authorized to perform: y';
    const ask = vi.fn<() => Promise<string>>(() => Promise.resolve(told));
    ask.mockResolvedValueOnce(told).mockResolvedValueOnce('noted');
    expect(await onceIamKnows(ask, { say, signal, timeoutMs: 10_000, clock: fakeClock() })).toBe('noted');
    expect(await onceIamKnows(ask, { say, signal, timeoutMs: 10_000, clock: fakeClock() })).toBe(told);
  });

  test('one that stays is thrown when the time is over', async () => {
    const ask = vi.fn<() => Promise<string>>(denied);
    await expect(onceIamKnows(ask, { say, signal, timeoutMs: 10_000, clock: fakeClock() })).rejects.toThrow('not authorized');
    expect(ask).toHaveBeenCalledTimes(6);
  });

  test('where a policy is known at once, nothing is asked twice', async () => {
    const ask = vi.fn<() => Promise<string>>(denied);
    await expect(onceIamKnows(ask, { say, signal, timeoutMs: 0 })).rejects.toThrow('not authorized');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test('any other error is thrown as it is', async () => {
    const ask = vi.fn<() => Promise<string>>(() => Promise.reject(new Error('401 Incorrect API key')));
    await expect(onceIamKnows(ask, { say, signal, timeoutMs: 10_000, clock: fakeClock() })).rejects.toThrow('401');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test('Ctrl-C ends the wait', async () => {
    const controller = new AbortController();
    const waiting = onceIamKnows(denied, { say, signal: controller.signal, timeoutMs: 60_000, everyMs: 30_000 });
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});
