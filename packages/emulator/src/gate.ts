/** Lets requests through one beside the other, and now and then one thing alone. */
export interface Gate {
  /** Runs `work`; while something runs alone, after that. */
  pass<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work` alone: what comes now waits, and `empty` resolves when all that was inside is done, or after `patienceMs`. A second one waits for
   * the first.
   */
  alone<T>(work: (empty: () => Promise<void>) => Promise<T>): Promise<T>;
}

export function createGate({ patienceMs = 5000 }: { patienceMs?: number } = {}): Gate {
  let inside = 0;
  let closed: Promise<unknown> | undefined;
  let onEmpty: (() => void) | undefined;
  const isClosed = () => closed !== undefined;

  const empty = async (): Promise<void> => {
    if (inside === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    onEmpty = resolve;
    // Whoever waits for somebody that waits for us would wait for ever.
    const timer = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(timer);
    onEmpty = undefined;
  };
  return {
    async pass(work) {
      while (isClosed()) await closed;
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
        if (inside === 0) onEmpty?.();
      }
    },
    async alone(work) {
      while (isClosed()) await closed;
      const { promise, resolve } = Promise.withResolvers<void>();
      closed = promise;
      try {
        return await work(empty);
      } finally {
        closed = undefined;
        resolve();
      }
    },
  };
}
