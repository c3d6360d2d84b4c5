import { RuntimeError } from './errors.ts';

/** The tasks that run now, in the form that debug actions answer with. */
export interface AsyncTaskInfo {
  active_count: number;
  /** Durations in seconds. */
  running_jobs: { name: string; duration: number }[];
}

interface Task {
  name: string;
  startedAt: number;
  metadata: Record<string, unknown> | undefined;
}

/** Work that goes on after its request was answered: while there is any, the app is busy. */
export class AsyncTasks {
  readonly #running = new Map<number, Task>();
  #lastId = 0;

  get size(): number {
    return this.#running.size;
  }

  /** Registers a task; the id is for `complete`. */
  add(name: string, metadata?: Record<string, unknown>): number {
    this.#lastId += 1;
    this.#running.set(this.#lastId, { name, startedAt: performance.now(), metadata });
    return this.#lastId;
  }

  /** Whether there was such a task, which is then over. */
  complete(id: number): boolean {
    return this.#running.delete(id);
  }

  info(): AsyncTaskInfo {
    const now = performance.now();
    return {
      active_count: this.#running.size,
      running_jobs: [...this.#running.values()].map(({ name, startedAt }) => ({ name, duration: (now - startedAt) / 1000 })),
    };
  }

  /**
   * The same function, registered as a task while it runs.
   *
   * @throws RuntimeError `NOT_ASYNC` for a function that is not declared `async`: its work would be over, or unseen, when it returns
   */
  track<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result> {
    if (Object.prototype.toString.call(work) !== '[object AsyncFunction]') {
      throw new RuntimeError(
        'NOT_ASYNC',
        `Only an async function can be tracked as a task; ${work.name || 'this one'} is not declared async.`,
      );
    }
    const add = this.add.bind(this);
    const complete = this.complete.bind(this);
    const tracked = async function (this: unknown, ...args: Args): Promise<Result> {
      const id = add(work.name || 'anonymous');
      try {
        return await work.apply(this, args);
      } finally {
        complete(id);
      }
    };
    return Object.defineProperty(tracked, 'name', { value: work.name });
  }
}
