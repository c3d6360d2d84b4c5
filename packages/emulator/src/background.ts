/** Work that goes on after the request that began it was answered. */
export interface Background {
  run(work: (signal: AbortSignal) => Promise<void>): void;
  /** Tells all work to stop, and waits for it. */
  stop(): Promise<void>;
}

export function createBackground(onFault: (error: unknown) => void): Background {
  const controller = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    run(work) {
      const promise = work(controller.signal)
        .catch((error: unknown) => {
          // Work that was told to stop may fail for that reason alone.
          if (!controller.signal.aborted) onFault(error);
        })
        .finally(() => running.delete(promise));
      running.add(promise);
    },
    async stop() {
      controller.abort();
      await Promise.all(running);
    },
  };
}
