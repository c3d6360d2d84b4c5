import type { GetTokenInput } from './credentials.ts';
import type { IdentityClient } from './identity-client.ts';
import { inject, injectingDecorator, type Injected, type InjectingDecorator, type Needs } from './inject.ts';
import { lazyClient } from './lazy-client.ts';

export interface RequiresAccessTokenOptions<Into extends string = 'accessToken'> extends GetTokenInput {
  /** The property of the first argument that receives the token. Default: `accessToken`. */
  into?: Into;
  /** Default: a client of its own, made from the environment at the first call. */
  identity?: Pick<IdentityClient, 'getToken'>;
}

/**
 * Gives `fn` an OAuth2 access token from AgentCore Identity on every call; the vault keeps tokens and refreshes them, so that users consent once.
 *
 * @param fn - takes an object with the token in it as its first argument; an async generator stays one
 * @returns the same function, whose callers no longer pass the token
 *
 * Throws what {@link IdentityClient.getToken} throws, at the call and never when the function is wrapped.
 */
export function requiresAccessToken<
  This,
  Arguments extends Needs<Into>,
  Rest extends unknown[],
  Result,
  Into extends string = 'accessToken',
>(
  options: RequiresAccessTokenOptions<Into>,
  fn: (this: This, args: Arguments, ...rest: Rest) => Result,
): Injected<This, Arguments, Into, Rest, Result>;
/** The same as a standard (TC39) method decorator. TypeScript lets no decorator change a signature: declare the token as optional, see `injected`. */
export function requiresAccessToken<Into extends string = 'accessToken'>(
  options: RequiresAccessTokenOptions<Into>,
): InjectingDecorator<Into>;
export function requiresAccessToken(
  { into = 'accessToken', identity, ...input }: RequiresAccessTokenOptions<string>,
  fn?: unknown,
): unknown {
  const client = lazyClient(identity);
  const getToken = (): Promise<string> => client().getToken(input);
  return fn === undefined ? injectingDecorator(into, getToken) : inject(into, getToken, fn as Parameters<typeof inject>[2]);
}
