// The names and the calling convention of the official TypeScript package (`bedrock-agentcore/identity`): the credential is the last argument.
import type { GetApiKeyInput, GetTokenInput } from './credentials.ts';
import type { IdentityClient } from './identity-client.ts';
import { lazyClient } from './lazy-client.ts';

/** All parameters but the last, which the wrapper fills in. */
type WithoutLast<Parameters extends unknown[]> = Parameters extends [...infer Init, unknown] ? Init : never;

type Appended<Parameters extends unknown[], Result> = (...args: WithoutLast<Parameters>) => Promise<Result>;

export type WithApiKeyConfig = GetApiKeyInput & { identity?: Pick<IdentityClient, 'getApiKey'> };
export type WithAccessTokenConfig = GetTokenInput & { identity?: Pick<IdentityClient, 'getToken'> };

/** Wraps a function so that an API key is its last argument. See `requiresApiKey` for injection by name. */
export function withApiKey({ identity, ...input }: WithApiKeyConfig) {
  const client = lazyClient(identity);
  return <Parameters extends [...unknown[], string], Result>(fn: (...args: Parameters) => Promise<Result>): Appended<Parameters, Result> =>
    append(fn, () => client().getApiKey(input));
}

/** Wraps a function so that an OAuth2 access token is its last argument. See `requiresAccessToken` for injection by name. */
export function withAccessToken({ identity, ...input }: WithAccessTokenConfig) {
  const client = lazyClient(identity);
  return <Parameters extends [...unknown[], string], Result>(fn: (...args: Parameters) => Promise<Result>): Appended<Parameters, Result> =>
    append(fn, () => client().getToken(input));
}

/** Wraps a function so that the workload access token of the request, or of local development, is its last argument. */
export function withWAT<Parameters extends [...unknown[], string], Result>(
  fn: (...args: Parameters) => Promise<Result>,
  { identity }: { identity?: Pick<IdentityClient, 'findWorkloadAccessToken'> } = {},
): Appended<Parameters, Result> {
  const client = lazyClient(identity);
  return append(fn, () => client().findWorkloadAccessToken());
}

function append<Parameters extends unknown[], Result>(
  fn: (...args: Parameters) => Promise<Result>,
  getCredential: () => Promise<string>,
): Appended<Parameters, Result> {
  return async (...args) => {
    const credential = await getCredential();
    // A caller that leaves out arguments must not move the credential into the place of one of them.
    const given: unknown[] = [...args];
    while (given.length < fn.length - 1) given.push(undefined);
    return fn(...([...given, credential] as Parameters));
  };
}
