import { DeployError } from '../errors.ts';
import { backoff } from '../util/backoff.ts';
import { sleep } from '../util/sleep.ts';
import { createAuthorizer } from './authorizer.ts';
import { describeFailure } from './failure.ts';
import { fetchFollowing } from './redirect.ts';

export interface RegistryClientOptions {
  /** Base URL of the registry, e.g. `https://public.ecr.aws`. */
  endpoint: string;
  /** A ready-made `Authorization` value (ECR's token is one), also sent to the token service that the registry names. */
  authorization?: string;
  signal?: AbortSignal;
  /** How failures that pass are retried: 429, 5xx and lost connections. Default: 5 attempts, from 250 ms. */
  retry?: { attempts?: number; baseMs?: number };
  /** What to say beside a refusal (401, 403) of a request: what the registry itself does not say. */
  explainRefusal?: (request: Pick<RegistryRequest, 'method' | 'url'>) => string | undefined;
  /** Called after each answer. Never carries a header, so never a credential. */
  onRequest?: (request: { method: string; url: string; status: number }) => void;
}

export interface RegistryRequest {
  method: 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT';
  /** A path such as `/v2/name/blobs/...`, or the absolute URL that a `Location` header named. */
  url: string;
  headers?: Record<string, string>;
  /** A function, because a redirect, a login or a retry sends the body again. */
  body?: () => Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
  /** Statuses that the caller handles. Anything else throws. */
  expect: readonly number[];
  /** What to say in an error, e.g. `the manifest of node:22-slim`. */
  what: string;
  /** `false` where the caller recovers by itself (an upload that resumes). */
  retry?: boolean;
}

/** Speaks the OCI distribution API with one registry. Knows nothing of AWS. */
export interface RegistryClient {
  readonly origin: string;
  readonly signal: AbortSignal | undefined;
  send(request: RegistryRequest): Promise<Response>;
}

const passing = new Set([408, 429, 500, 502, 503, 504]);
const longestWaitMs = 20_000;

/** Opens nothing by itself: the first request does. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { endpoint, signal, retry: { attempts = 5, baseMs = 250 } = {}, onRequest } = options;
  const { origin } = new URL(endpoint);
  const authorizer = createAuthorizer({
    ...(options.authorization ? { authorization: options.authorization } : {}),
    ...(signal ? { signal } : {}),
  });

  async function once(request: RegistryRequest): Promise<Response> {
    const url = new URL(request.url, endpoint);
    // Twice: once with what we have, once after the registry said how to log in.
    for (let round = 0; ; round += 1) {
      const authorization = url.origin === origin ? authorizer.headerFor(url) : undefined;
      const response = await fetchFollowing(url, {
        method: request.method,
        headers: { ...request.headers, ...(authorization ? { authorization } : {}) },
        ...(request.body ? { body: request.body } : {}),
        ...(signal ? { signal } : {}),
      });
      onRequest?.({ method: request.method, url: url.href, status: response.status });
      if (round > 1 || url.origin !== origin || request.expect.includes(response.status)) return response;
      if (!(await authorizer.learn(url, response, authorization))) return response;
      await response.body?.cancel();
    }
  }

  return {
    origin,
    signal,
    async send(request) {
      for (let attempt = 0; ; attempt += 1) {
        const last = request.retry === false || attempt + 1 >= attempts;
        const result = await once(request).catch((error: unknown) => error);
        signal?.throwIfAborted();
        if (!(result instanceof Response)) {
          if (result instanceof DeployError) throw result;
          if (last) {
            throw new DeployError('REGISTRY', `${request.what}: ${origin} did not answer ${request.method} (${reasonOf(result)}).`, {
              cause: result,
            });
          }
        } else if (request.expect.includes(result.status)) {
          return result;
        } else if (last || !passing.has(result.status)) {
          throw await describeFailure(request, result, origin, options.explainRefusal);
        } else {
          await result.body?.cancel();
        }
        const advised = result instanceof Response ? retryAfterMs(result) : undefined;
        await sleep(Math.min(advised ?? backoff(attempt, { baseMs, maxMs: longestWaitMs }), longestWaitMs), signal);
      }
    },
  };
}

/** `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** `fetch` hides why a connection failed in `cause`. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? ('code' in inner ? String(inner.code) : '') || inner.message : String(inner);
}
