import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { getContext, runWithContext } from './index.ts';

describe('the context of an invocation', () => {
  test('is undefined outside of an invocation', () => {
    expect(getContext()).toBeUndefined();
  });

  test('is there in everything that the function awaits, timers and promises included', async () => {
    const seen = await runWithContext({ sessionId: 's-1', workloadAccessToken: 'wat' }, async () => {
      await turn();
      const inTimer = await new Promise((resolve) => setTimeout(() => resolve(getContext()?.sessionId), 1));
      return [inTimer, getContext()?.workloadAccessToken];
    });
    expect(seen).toEqual(['s-1', 'wat']);
    expect(getContext()).toBeUndefined();
  });

  test('is isolated between a thousand concurrent invocations', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) =>
        runWithContext({ userId: `user-${n}` }, async () => {
          await turn();
          await turn();
          return getContext()?.userId;
        }),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, n) => `user-${n}`));
  });

  test('a nested context hides the outer one and gives it back, also when the function throws', () => {
    runWithContext({ userId: 'outer' }, () => {
      expect(() =>
        runWithContext({ userId: 'inner' }, () => {
          expect(getContext()?.userId).toBe('inner');
          throw new Error('from inside');
        }),
      ).toThrow('from inside');
      expect(getContext()?.userId).toBe('outer');
    });
  });
});
