import { setTimeout as sleep } from 'node:timers/promises';
import type { Narrator } from './narrator.ts';

export interface OnceIamKnowsOptions {
  say: Narrator;
  signal: AbortSignal;
  /** How long a denial may be one of the past. */
  timeoutMs: number;
  /** Default 2,000. */
  everyMs?: number;
}

/**
 * Asks again while the answer is "not authorized", and says so. On a real account a change of a policy is known everywhere only after
 * some seconds (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency).
 * Every other error, and a denial that stays, is thrown as it is.
 */
export async function onceIamKnows<T>(ask: () => Promise<T>, { say, signal, timeoutMs, everyMs = 2000 }: OnceIamKnowsOptions): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isDenial(error) || performance.now() + everyMs > deadline) throw error;
      if (attempt === 1) say.about('Not yet: IAM takes some seconds to know a change everywhere. Asking again ...');
      await sleep(everyMs, undefined, { signal });
    }
  }
}

function isDenial(error: unknown): boolean {
  return error instanceof Error && error.message.includes('is not authorized to perform');
}
