import type { Server } from 'node:http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { addressOf } from './address.ts';
import type { Core } from './core.ts';
import { RuntimeError } from './errors.ts';
import { levelFromEnv, LineLogger } from './logger.ts';
import type { AgentCoreAppOptions, ListenOptions } from './options.ts';
import { Ping, type PingAnswer, type PingStatus } from './ping.ts';
import { createRoute } from './route.ts';
import { runUntilSignal } from './run-until-signal.ts';
import { createHttpServer } from './server.ts';
import { shutDown } from './shut-down.ts';
import { createStdoutSink } from './stdout-sink.ts';
import { AsyncTasks, type AsyncTaskInfo } from './tasks.ts';
import { attachUpgrades } from './upgrades.ts';
import type { WebSocketServer } from './websocket.ts';
import { contractWire, type Wire } from './wire.ts';

/** An app that listens. */
export interface Listening {
  readonly port: number;
  readonly host: string;
  /** `http://host:port`, without a slash at its end. */
  readonly url: string;
  /** Stops listening, waits for open requests for the drain time, then ends. */
  close(): Promise<void>;
}

/**
 * The HTTP contract of AgentCore Runtime around one handler: `/invocations`, `/ping`, `/ws`.
 *
 * Source: AWS, "HTTP protocol contract" of AgentCore Runtime; where it is silent, the behaviour of the Python SDK.
 */
export class AgentCoreApp<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, unknown>> {
  readonly #core: Core;
  readonly #flush: () => void;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  #server: Server | undefined;

  /** @param wire for this package's own use: what `BedrockAgentCoreApp` says on the wire in compatibility mode */
  constructor(options: AgentCoreAppOptions<Schema> = {}, wire: Wire = contractWire) {
    const { log, limits = {} } = options;
    const stdout = createStdoutSink();
    this.#flush = stdout.flush;
    const logger = new LineLogger({
      level: log === false ? 'silent' : (log?.level ?? levelFromEnv()),
      sink: (log === false ? undefined : log?.sink) ?? stdout,
      name: 'agentcore.app',
    });
    const tasks = new AsyncTasks();
    const isBusy = (): boolean => tasks.size > 0 || (options.busyWhileInFlight === true && this.#inFlight > 0);
    this.#core = {
      // The schema's types end here: what it lets through is what the handler gets.
      options: options as unknown as AgentCoreAppOptions,
      limits: {
        bodyBytes: limits.bodyBytes ?? 100 * 1024 * 1024,
        headerBytes: limits.headerBytes ?? 64 * 1024,
        headersTimeout: limits.headersTimeout ?? 20_000,
        requestTimeout: limits.requestTimeout ?? 900_000,
        connections: limits.connections,
      },
      wire,
      logRequests: log === undefined || (log !== false && log.requests !== false),
      logger,
      tasks,
      ping: new Ping({ custom: options.ping?.bind(options), isBusy, log: logger }),
      opened: () => void (this.#inFlight += 1),
      closed: () => {
        this.#inFlight -= 1;
        if (this.#inFlight === 0) this.#idle?.();
      },
    };
  }

  /**
   * Serves until SIGTERM or SIGINT, then lets open requests finish and ends the process with status 0. Resolves when it listens.
   *
   * @throws RuntimeError `LISTEN_FAILED`, `ALREADY_LISTENING`, `INVALID_OPTIONS`
   */
  async run(options: ListenOptions = {}): Promise<Listening> {
    const listening = await this.listen(options);
    runUntilSignal({ log: this.#core.logger, close: () => listening.close(), flush: this.#flush });
    return listening;
  }

  /** Serves until `close()`, and leaves the process and its signals alone. For tests, and for apps that are a part of another. */
  async listen(options: ListenOptions = {}): Promise<Listening> {
    if (this.#server !== undefined)
      throw new RuntimeError('ALREADY_LISTENING', 'This app listens already. Make another AgentCoreApp for another port.');
    const { port, host } = addressOf(options);
    const core = this.#core;
    const server = (this.#server = createHttpServer(core, createRoute(core)));
    let sockets: WebSocketServer | undefined;
    try {
      await core.options.onStart?.();
      sockets = await attachUpgrades(core, server);
      await bind(server, port, host);
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    core.logger.info(`Listening on ${url}`);
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closing ??= shutDown({ core, server, sockets, idle: () => this.#untilIdle() }).finally(() => (this.#server = undefined)));
    return { port: bound, host, url, close };
  }

  /** Registers work that goes on after its answer; the app is HealthyBusy until `completeAsyncTask(id)`. */
  addAsyncTask(name: string, metadata?: Record<string, unknown>): number {
    return this.#core.tasks.add(name, metadata);
  }

  /** Whether there was such a task, which is then over. */
  completeAsyncTask(id: number): boolean {
    return this.#core.tasks.complete(id);
  }

  /** The tasks that run now. */
  getAsyncTaskInfo(): AsyncTaskInfo {
    return this.#core.tasks.info();
  }

  /**
   * The same async function, registered as a task while it runs.
   *
   * @throws RuntimeError `NOT_ASYNC`
   */
  asyncTask<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result> {
    return this.#core.tasks.track(work);
  }

  /** The status by what is running, at once: without a custom ping handler, which may take its time. */
  automaticPingStatus(): PingStatus {
    return this.#core.ping.automatic();
  }

  /** The status that `forcePingStatus` has set, while it holds. */
  get forcedPingStatus(): PingStatus | undefined {
    return this.#core.ping.forced;
  }

  /** What `/ping` answers now. */
  pingStatus(): Promise<PingAnswer> {
    return this.#core.ping.answer();
  }

  /** Makes `/ping` answer this, whatever else is true, until `clearForcedPingStatus()`. */
  forcePingStatus(status: PingStatus): void {
    this.#core.ping.forced = status;
  }

  /** Undoes `forcePingStatus`. */
  clearForcedPingStatus(): void {
    this.#core.ping.forced = undefined;
  }

  #untilIdle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#idle = resolve));
  }
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? `Port ${port} of ${host} is taken. Stop what listens there, or set PORT.` : cause.message;
      reject(new RuntimeError('LISTEN_FAILED', why, { cause }));
    });
    // Agents are started before their probes: a long queue takes the burst of the first requests.
    server.listen({ port, host, backlog: 1024 }, resolve);
  });
}
