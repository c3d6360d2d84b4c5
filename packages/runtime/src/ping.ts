import type { Logger } from './logger.ts';

export type PingStatus = 'Healthy' | 'HealthyBusy';

/** The answer of `/ping`. */
export interface PingAnswer {
  status: PingStatus;
  /** Unix time in seconds of the last *change* of status: the platform keeps a session alive by it, so it must not move on every ping. */
  time_of_last_update: number;
}

export interface PingOptions {
  custom?: (() => PingStatus | Promise<PingStatus>) | undefined;
  isBusy(): boolean;
  log: Logger;
  /** Milliseconds that a custom handler may take before the automatic status is given. */
  patience?: number;
}

/** The status of the app, by rank: forced, then the custom handler's, then by what is running. */
export class Ping {
  forced: PingStatus | undefined;
  readonly #options: PingOptions;
  #last: PingStatus = 'Healthy';
  #since = Date.now();

  constructor(options: PingOptions) {
    this.#options = options;
  }

  /** The answer now. Never fails: whatever breaks, an app that can say so is healthy. */
  async answer(): Promise<PingAnswer> {
    const { custom } = this.#options;
    if (this.forced !== undefined || custom === undefined) return this.#stamp(this.forced ?? this.automatic());
    return this.#stamp((await this.#ask(custom)) ?? this.automatic());
  }

  /** The answer by what is running, without the custom handler, which may be async. */
  automatic(): PingStatus {
    return this.#options.isBusy() ? 'HealthyBusy' : 'Healthy';
  }

  #stamp(status: PingStatus): PingAnswer {
    if (status !== this.#last) {
      this.#last = status;
      this.#since = Date.now();
    }
    return { status, time_of_last_update: Math.floor(this.#since / 1000) };
  }

  async #ask(custom: () => PingStatus | Promise<PingStatus>): Promise<PingStatus | undefined> {
    const { log, patience = 2000 } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    try {
      // The platform's own probe gives up after a few seconds: an answer by rule is better than none.
      const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, patience, 'late')));
      const status = await Promise.race([custom(), late]);
      if (status === 'Healthy' || status === 'HealthyBusy') return status;
      log.warn(
        status === 'late'
          ? `The ping handler took more than ${patience} ms; the automatic status is given.`
          : "The ping handler returned neither 'Healthy' nor 'HealthyBusy'; the automatic status is given.",
      );
    } catch (error) {
      log.warn('The ping handler failed; the automatic status is given.', { error });
    } finally {
      clearTimeout(timer);
    }
    return undefined;
  }
}
