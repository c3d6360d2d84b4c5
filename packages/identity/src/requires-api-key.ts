import type { CallOptions } from './aws/call.ts';
import { apiKeyFrom } from './api-key-from.ts';
import type { IdentityClient } from './identity-client.ts';
import { inject, injectingDecorator, type Injected, type InjectingDecorator, type Needs } from './inject.ts';

export interface RequiresApiKeyOptions<Into extends string = 'apiKey'> extends CallOptions {
  /** Name of the API-key credential provider. */
  providerName: string;
  /** The property of the first argument that receives the key. Default: `apiKey`. */
  into?: Into;
  /** Default: a client of its own, made from the environment at the first call. */
  identity?: Pick<IdentityClient, 'getApiKey'>;
}

/**
 * Gives `fn` an API key from AgentCore Identity, fetched on every call: a rotated key is picked up, and none is kept.
 *
 * @param fn - takes an object with the key in it as its first argument; an async generator stays one
 * @returns the same function, whose callers no longer pass the key
 *
 * Throws what {@link IdentityClient.getApiKey} throws, at the call and never when the function is wrapped.
 */
export function requiresApiKey<This, Arguments extends Needs<Into>, Rest extends unknown[], Result, Into extends string = 'apiKey'>(
  options: RequiresApiKeyOptions<Into>,
  fn: (this: This, args: Arguments, ...rest: Rest) => Result,
): Injected<This, Arguments, Into, Rest, Result>;
/** The same as a standard (TC39) method decorator. TypeScript lets no decorator change a signature: declare the key as optional, see `injected`. */
export function requiresApiKey<Into extends string = 'apiKey'>(options: RequiresApiKeyOptions<Into>): InjectingDecorator<Into>;
export function requiresApiKey({ providerName, into = 'apiKey', identity, signal }: RequiresApiKeyOptions<string>, fn?: unknown): unknown {
  const getKey = apiKeyFrom({ providerName, ...(identity && { identity }), ...(signal && { signal }) });
  return fn === undefined ? injectingDecorator(into, getKey) : inject(into, getKey, fn as Parameters<typeof inject>[2]);
}
