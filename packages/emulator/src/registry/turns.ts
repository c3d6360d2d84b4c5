/** Lets one piece of work at a time have a thing, by its name. Who comes later ends who is there. */
export interface Turns {
  /** Aborts the signal of the work that has `name` now, waits until it is over, then runs `work`. */
  take<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Turn {
  controller: AbortController;
  over: Promise<unknown>;
}

export function createTurns(): Turns {
  const current = new Map<string, Turn>();
  return {
    async take(name, work) {
      const before = current.get(name);
      before?.controller.abort();
      const controller = new AbortController();
      const result = (async () => {
        await before?.over;
        controller.signal.throwIfAborted();
        return work(controller.signal);
      })();
      const turn: Turn = { controller, over: result.catch(() => {}) };
      current.set(name, turn);
      try {
        return await result;
      } finally {
        if (current.get(name) === turn) current.delete(name);
      }
    },
  };
}
