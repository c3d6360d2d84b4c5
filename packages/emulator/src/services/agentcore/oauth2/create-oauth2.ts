import { fetchJson } from '../../../fetch-json.ts';
import { isLoopbackUrl, isTrustedUrl } from '../../../loopback-url.ts';
import type { AuthorizationServerMetadata, Oauth2ProviderItem } from './provider.ts';
import { VendorError } from './vendor-error.ts';

/** What a client needs to know of an authorization server. */
export interface Endpoints {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  clientAuthentication: 'basic' | 'post';
  /** The server promises `iss` in authorization responses (RFC 9207): one without it, or with another, is not its own. */
  sendsIssuer: boolean;
}

/** How this service reaches the authorization servers of credential providers. */
export interface Oauth2 {
  discoveryOf(provider: Oauth2ProviderItem): { discoveryUrl: string } | { authorizationServerMetadata: AuthorizationServerMetadata };
  /** @throws VendorError */
  endpointsOf(provider: Oauth2ProviderItem): Promise<Endpoints>;
  /** Runs `work`, or waits for the same work that is under way: a code or a refresh token that rotates may be used once only. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

const CACHE_MS = 5 * 60_000;
const MAX_CACHED = 200;

export function createOauth2({
  vendors,
  loopbackVendor,
  now,
}: {
  /** Built-in vendor -> its discovery document. */
  vendors: Readonly<Record<string, string>>;
  /** Where every other built-in vendor is. */
  loopbackVendor: string;
  now: () => Date;
}): Oauth2 {
  const documents = new Map<string, { body: Record<string, unknown>; until: number }>();
  const underWay = new Map<string, Promise<unknown>>();

  const oauth2: Oauth2 = {
    discoveryOf({ vendor, config: { discovery } }) {
      if (vendor === 'CustomOauth2') return discovery!;
      const chosen = vendors[vendor];
      if (chosen !== undefined) return { discoveryUrl: chosen };
      // A tenant on this machine is somebody's own server. Any other would be reached over the internet, which only `vendors` may choose.
      if (discovery && 'authorizationServerMetadata' in discovery && isLoopbackUrl(discovery.authorizationServerMetadata.tokenEndpoint))
        return discovery;
      return { discoveryUrl: loopbackVendor };
    },
    async endpointsOf(provider) {
      const discovery = oauth2.discoveryOf(provider);
      const method = provider.config.clientAuthenticationMethod;
      const choose = (supported: unknown): 'basic' | 'post' => {
        if (method !== undefined) return method === 'CLIENT_SECRET_POST' ? 'post' : 'basic';
        return Array.isArray(supported) && supported.includes('client_secret_post') && !supported.includes('client_secret_basic')
          ? 'post'
          : 'basic';
      };
      if ('authorizationServerMetadata' in discovery) {
        const { issuer, authorizationEndpoint, tokenEndpoint, tokenEndpointAuthMethods } = discovery.authorizationServerMetadata;
        return { issuer, authorizationEndpoint, tokenEndpoint, clientAuthentication: choose(tokenEndpointAuthMethods), sendsIssuer: false };
      }
      const document = await load(discovery.discoveryUrl);
      return {
        issuer: member(document, 'issuer', discovery.discoveryUrl),
        authorizationEndpoint: member(document, 'authorization_endpoint', discovery.discoveryUrl),
        tokenEndpoint: member(document, 'token_endpoint', discovery.discoveryUrl),
        clientAuthentication: choose(document['token_endpoint_auth_methods_supported']),
        sendsIssuer: document['authorization_response_iss_parameter_supported'] === true,
      };
    },
    once(key, work) {
      const known = underWay.get(key);
      if (known) return known as ReturnType<typeof work>;
      const started = work().finally(() => underWay.delete(key));
      underWay.set(key, started);
      return started;
    },
  };
  return oauth2;

  async function load(url: string): Promise<Record<string, unknown>> {
    const kept = documents.get(url);
    if (kept && kept.until > now().getTime()) return kept.body;
    const { status, body } = await fetchJson(url).catch((cause: unknown) => {
      throw new VendorError('unreachable', `the discovery document ${url} could not be read.`, { cause });
    });
    if (status !== 200 || !body) throw new VendorError('invalid_response', `${url} answered ${status} without a discovery document.`);
    if (documents.size >= MAX_CACHED) documents.clear();
    documents.set(url, { body, until: now().getTime() + CACHE_MS });
    return body;
  }
}

function member(document: Record<string, unknown>, name: string, url: string): string {
  const value = document[name];
  if (typeof value !== 'string' || !isTrustedUrl(value))
    throw new VendorError('invalid_response', `the discovery document ${url} has no usable ${name}.`);
  return value;
}
