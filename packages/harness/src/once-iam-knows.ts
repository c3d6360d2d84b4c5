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
 * An answer can say so too: of a tool that was denied, an agent tells in words. Every other error, and a denial that stays, is passed on as it is.
 */
export async function onceIamKnows<T>(ask: () => Promise<T>, { say, signal, timeoutMs, everyMs = 2000 }: OnceIamKnowsOptions): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  const mayWait = () => performance.now() + everyMs <= deadline;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await ask();
      if (!isDenial(answer) || !mayWait()) return answer;
    } catch (error) {
      if (!isDenial(error) || !mayWait()) throw error;
    }
    if (attempt === 1) say.about('Not yet: IAM takes some seconds to know a change everywhere. Asking again ...');
    await sleep(everyMs, undefined, { signal });
  }
}

function isDenial(result: unknown): boolean {
  const text = result instanceof Error ? result.message : result;
  return typeof text === 'string' && text.includes('is not authorized to perform');
}
