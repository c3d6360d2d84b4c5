import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What an agent knows about the invocation it is serving. `contextOf` reads it from the headers of a request; a test can fill it by hand.
 * {@link runWithContext} makes it the current one.
 */
export interface WorkloadContext {
  /** The opaque token that stands for "this agent, on behalf of this user". Secret: never logged, never put in an error. */
  workloadAccessToken?: string;
  /** The AgentCore session, 33 to 256 characters on the platform. */
  sessionId?: string;
  /** The id of this invocation, as the platform or the runtime gave it. */
  requestId?: string;
  /** Where the browser comes back to after consent, from the `OAuth2CallbackUrl` header. Must be one that the workload identity allows. */
  oauth2CallbackUrl?: string;
  /** The user on whose behalf the agent acts, where the caller knows it. */
  userId?: string;
  /** The request headers that were forwarded to the handler. The workload access token is never among them. */
  headers?: Record<string, string>;
  /** W3C baggage, as it came. */
  baggage?: string;
  /** Aborted when the caller goes away: every call of this package made inside the context ends with it. */
  signal?: AbortSignal;
}

// One storage for the process: it holds no value of its own, each asynchronous call chain carries its own.
const storage = new AsyncLocalStorage<WorkloadContext>();

/**
 * Runs `fn` with `context` as what {@link getContext} answers, in `fn` and in everything that it awaits or schedules.
 * Concurrent calls never see each other's context; a nested call replaces the outer context until it returns.
 *
 * @param context - what is known about this invocation; an empty object is a valid context
 * @param fn - called at once, without arguments
 * @returns what `fn` returns, a promise or a generator included
 *
 * A generator that is made inside `fn` runs when it is iterated, which is usually outside: wrap each `next()` as the runtime
 * package does, or iterate inside `fn`.
 */
export function runWithContext<T>(context: WorkloadContext, fn: () => T): T {
  return storage.run(context, fn);
}

/**
 * The context of the invocation that is being served, or `undefined` outside of one.
 *
 * Read it when it is needed and not at module load: at module load there is no invocation yet.
 */
export function getContext(): WorkloadContext | undefined {
  return storage.getStore();
}
