import { anySignal } from './abort.ts';
import type { CallOptions } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { getContext } from './context.ts';
import { createCredentialCache, type CacheOptions } from './credential-cache.ts';
import { IdentityError } from './errors.ts';
import { findWorkloadToken } from './find-workload-token.ts';
import { createFlights } from './flights.ts';
import { getApiKey } from './get-api-key.ts';
import { createConsent, type Consent } from './tokens/consent.ts';
import { getToken } from './tokens/get-token.ts';
import { createTokenPoller, type TokenPoller } from './tokens/token-poller.ts';
import { tokenRequest, type TokenParameters } from './tokens/token-request.ts';

export interface GetApiKeyInput extends CallOptions {
  /** Name of the credential provider. */
  providerName: string;
  /** Default: the one of the request context, or of local development. */
  workloadIdentityToken?: string;
}

export interface GetTokenInput extends TokenParameters, CallOptions {
  /** Default: the one of the request context, or of local development. */
  workloadIdentityToken?: string;
  /** Shows the user the link to consent, once per call, and is awaited. Without it (and without a `tokenPoller`) consent is an error. */
  onAuthUrl?: (authorizationUrl: string) => unknown;
  /** Default: `createTokenPoller()`, every 5 s for up to 10 minutes. */
  tokenPoller?: TokenPoller;
}

/** Keys and tokens, fetched once for all who ask at the same time. */
export interface Credentials {
  getApiKey(input: GetApiKeyInput): Promise<string>;
  getToken(input: GetTokenInput): Promise<string>;
  getWorkloadToken(options: CallOptions): Promise<string>;
  /** Nothing that was fetched before is given out again. */
  forget(providerName?: string): void;
}

export function createCredentials(aws: Connection, cacheOptions: CacheOptions | undefined): Credentials {
  const flights = createFlights();
  const cache = createCredentialCache(cacheOptions);
  const defaultPoller = createTokenPoller();
  let lonely = 0;

  const workloadToken = (given: string | undefined, signal: AbortSignal | undefined): string | Promise<string> =>
    given ?? findWorkloadToken(aws, flights, signal);

  return {
    async getApiKey({ providerName, workloadIdentityToken, signal }) {
      const ends = anySignal(signal, getContext()?.signal);
      const token = await workloadToken(workloadIdentityToken, ends);
      const key = JSON.stringify(['api-key', providerName, token]);
      const { epoch } = cache;
      const apiKey =
        cache.get(key) ?? (await flights.share(`${epoch}${key}`, (shared) => getApiKey(aws, providerName, token, shared), ends));
      cache.set(key, providerName, apiKey, epoch);
      return apiKey;
    },

    async getToken({ workloadIdentityToken, onAuthUrl, tokenPoller, signal, ...parameters }) {
      const { providerName, forceAuthentication = false, callbackUrl = getContext()?.oauth2CallbackUrl } = parameters;
      const ends = anySignal(signal, getContext()?.signal);
      const request = tokenRequest(
        { ...parameters, ...(callbackUrl && { callbackUrl }) },
        await workloadToken(workloadIdentityToken, ends),
      );
      // The return URL and the state say how a token is got, and not which: a kept one answers for all of them.
      const { resourceOauth2ReturnUrl: _url, customState: _state, forceAuthentication: _force, ...identity } = request;
      const key = JSON.stringify(['token', identity]);
      if (forceAuthentication) cache.forget(providerName);
      const { epoch } = cache;
      const kept = cache.get(key);
      if (kept !== undefined) return kept;

      const start = (consent: Consent, shared: AbortSignal): Promise<string> =>
        getToken(aws, request, consent, tokenPoller ?? defaultPoller, shared);
      const help = async (consent: Consent): Promise<void> => {
        const authorizationUrl = await consent.asked;
        if (onAuthUrl === undefined && tokenPoller === undefined) throw consentRequired(providerName);
        await onAuthUrl?.(authorizationUrl);
        consent.shown();
      };
      // A poller is the caller's own: whoever brings one flies alone.
      const flight = tokenPoller === undefined ? `${epoch}${JSON.stringify(request)}` : `own poller ${(lonely += 1)}`;
      const token = await flights.shareWith(flight, { open: createConsent, start, help }, ends);
      // While the user was consenting, others may have fetched and kept the old token.
      if (forceAuthentication) cache.forget(providerName);
      cache.set(key, providerName, token, forceAuthentication ? cache.epoch : epoch);
      return token;
    },

    getWorkloadToken: async ({ signal }) => workloadToken(undefined, anySignal(signal, getContext()?.signal)),
    forget: (providerName) => cache.forget(providerName),
  };
}

function consentRequired(providerName: string): IdentityError {
  return new IdentityError(
    'CONSENT_REQUIRED',
    `Provider '${providerName}' needs the user's consent, and there is nobody to show the link to: pass onAuthUrl, which receives it.`,
  );
}
