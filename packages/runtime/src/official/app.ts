import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AgentCoreApp } from '../app.ts';
import { RuntimeError } from '../errors.ts';
import { describeError } from '../describe-error.ts';
import type { InvocationContext } from '../context.ts';
import type { AgentCoreAppOptions, ListenOptions } from '../options.ts';
import { parseJson } from '../read-body.ts';
import { contractWire } from '../wire.ts';
import { parserFor, parseWith } from './parse-body.ts';
import { levelOf, type AsyncTaskStatus, type BedrockAgentCoreAppParams, type HealthStatus, type RequestContext } from './types.ts';
import { officialWire } from './wire.ts';

/**
 * Takes a program that was written for the class of this name in the npm package `bedrock-agentcore`: change the import, and it runs.
 *
 * On the wire it holds the contract, which that package does not everywhere; `config: { wire: 'official' }` answers as that package does.
 */
export class BedrockAgentCoreApp<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, unknown>> {
  readonly #app: AgentCoreApp;
  readonly #pingHandler: (() => HealthStatus | Promise<HealthStatus>) | undefined;

  /** @throws RuntimeError `INVALID_OPTIONS` without a `process` function */
  constructor(params: BedrockAgentCoreAppParams<Schema>) {
    if (typeof params?.invocationHandler?.process !== 'function') {
      throw new RuntimeError(
        'INVALID_OPTIONS',
        'BedrockAgentCoreApp needs a handler: new BedrockAgentCoreApp({ invocationHandler: { process } }).',
      );
    }
    const { invocationHandler, websocketHandler, pingHandler, config = {} } = params;
    const { contentTypeParsers = [], logging } = config;
    const level = levelOf(config);
    const options: AgentCoreAppOptions = {
      handle: (request, context) => invocationHandler.process(request as never, officialContext(context)),
      debug: config.debug === true,
      parse(body, request) {
        const parser = parserFor(request, contentTypeParsers);
        return parser === undefined ? parseJson(body) : parseWith(parser, body, request);
      },
      log:
        logging?.enabled === false
          ? false
          : { ...(level === undefined ? {} : { level }), requests: logging?.disableRequestLogging !== true },
    };
    if (invocationHandler.requestSchema !== undefined) options.request = invocationHandler.requestSchema as never;
    if (websocketHandler !== undefined) options.websocket = (socket, context) => websocketHandler(socket, officialContext(context));
    if (pingHandler !== undefined) options.ping = () => pingHandler();
    this.#pingHandler = pingHandler;
    this.#app = new AgentCoreApp(options, config.wire === 'official' ? officialWire(contentTypeParsers) : contractWire);
  }

  /** Serves until the process is told to end. An app that cannot listen ends the process with status 1, as the official one does. */
  run(options: ListenOptions = {}): void {
    this.#app.run(options).catch((error: unknown) => {
      console.error(describeError(error).message);
      process.exit(1);
    });
  }

  /** Registers work that goes on after its answer; the app is HealthyBusy until `completeAsyncTask(id)`. */
  addAsyncTask(name: string, metadata?: Record<string, unknown>): number {
    return this.#app.addAsyncTask(name, metadata);
  }

  /** Whether there was such a task, which is then over. */
  completeAsyncTask(id: number): boolean {
    return this.#app.completeAsyncTask(id);
  }

  /** The tasks that run now. */
  getAsyncTaskInfo(): AsyncTaskStatus {
    const { active_count: activeCount, running_jobs: runningJobs } = this.#app.getAsyncTaskInfo();
    return { activeCount, runningJobs };
  }

  /**
   * The same async function, registered as a task while it runs.
   *
   * @throws RuntimeError `NOT_ASYNC`
   */
  asyncTask<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result> {
    return this.#app.asyncTask(work);
  }

  /** See `AgentCoreApp`; the official package has no such method. */
  forcePingStatus(status: HealthStatus): void {
    this.#app.forcePingStatus(status);
  }

  /** Undoes `forcePingStatus`. */
  clearForcedPingStatus(): void {
    this.#app.clearForcedPingStatus();
  }

  /** The status at once; of an async ping handler only `/ping` can tell. */
  getCurrentPingStatus(): HealthStatus {
    const forced = this.#app.forcedPingStatus;
    if (forced !== undefined) return forced;
    try {
      const status = this.#pingHandler?.();
      if (status === 'Healthy' || status === 'HealthyBusy') return status;
      if (status instanceof Promise) status.catch(() => undefined); // it is asked again by /ping, which logs its failure
    } catch {
      // as on /ping, a handler that fails leaves it to the automatic status
    }
    return this.#app.automaticPingStatus();
  }
}

/** The same object wherever that is possible, so that the context found by `getContext()` is the one that was handed over. */
function officialContext(context: InvocationContext): RequestContext {
  return context.sessionId === undefined ? { ...context, sessionId: '' } : (context as RequestContext);
}
