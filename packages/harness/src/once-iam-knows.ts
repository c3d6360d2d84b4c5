import { setTimeout } from 'node:timers/promises';
import { t } from './messages/index.ts';
import type { Narrator } from './narrator.ts';

export interface OnceIamKnowsOptions {
  say: Narrator;
  signal: AbortSignal;
  /** How long a denial may be one of the past. */
  timeoutMs: number;
  /** Default 2,000. */
  everyMs?: number;
  clock?: Clock;
}

export interface Clock {
  /** Milliseconds from some moment on. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const CLOCK: Clock = { now: () => performance.now(), sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) };

/**
 * Retries while the answer is "not authorized", and reports that. On a real account a policy change takes some seconds to propagate
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency).
 * A denial can also be in an answer: an agent reports in words that its tool was denied. Other errors, and a denial that lasts, are passed on.
 */
export async function onceIamKnows<T>(
  ask: () => Promise<T>,
  { say, signal, timeoutMs, everyMs = 2000, clock = CLOCK }: OnceIamKnowsOptions,
): Promise<T> {
  const deadline = clock.now() + timeoutMs;
  const mayWait = () => clock.now() + everyMs <= deadline;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await ask();
      if (!isDenial(answer) || !mayWait()) return answer;
    } catch (error) {
      if (!isDenial(error) || !mayWait()) throw error;
    }
    if (attempt === 1) say.about(t('run.iamWait'));
    await clock.sleep(everyMs, signal);
  }
}

function isDenial(result: unknown): boolean {
  const text = result instanceof Error ? result.message : result;
  return typeof text === 'string' && text.includes('is not authorized to perform');
}
