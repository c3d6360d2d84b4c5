import { IdentityError } from './errors.ts';

/** The error that an aborted call ends with; its cause is the signal's reason. */
export function aborted(signal: AbortSignal): IdentityError {
  return new IdentityError('ABORTED', 'The call was ended by its AbortSignal before it was done.', { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/** Settles as `promise` does, or with ABORTED when the signal comes first. What `promise` does afterwards is not looked at. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => {};
  const abortion = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(aborted(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, abortion]);
  } finally {
    // A signal that lives as long as the process would otherwise collect one listener per call.
    signal.removeEventListener('abort', onAbort);
  }
}

/** One signal of those that are there. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = [...new Set(signals.filter((signal) => signal !== undefined))];
  return present.length < 2 ? present[0] : AbortSignal.any(present);
}

/** Waits, or ends with ABORTED. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await orAborted(
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
      signal,
    );
  } finally {
    clearTimeout(timer);
  }
}
