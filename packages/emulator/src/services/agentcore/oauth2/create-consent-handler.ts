import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { problemOfSession, sendConsentProblem } from './consent-problem.ts';
import type { Endpoints } from './create-oauth2.ts';
import { callbackUrl, findOauth2Provider, type Oauth2ProviderItem } from './provider.ts';
import {
  findSession,
  openSecrets,
  openState,
  saveSession,
  sealSecrets,
  sealState,
  sessionId,
  type AuthorizationSession,
} from './session.ts';
import { VendorError } from './vendor-error.ts';

const AUTHORIZE = '/identities/oauth2/authorize';
const CALLBACK = '/identities/oauth2/callback/';

/** The two pages of AgentCore Identity that a user's browser visits, so there is no signature: where it begins, and where the vendor sends it back. */
export function createConsentHandler(emulator: EmulatorServices): {
  matches(method: string, path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
} {
  const { store, now } = emulator;
  return {
    matches: (method, path) => method === 'GET' && (path === AUTHORIZE || path.startsWith(CALLBACK)),
    async handle(request, response) {
      const url = new URL(request.url ?? '/', emulator.endpoint);
      if (url.pathname === AUTHORIZE) await begin(request, url.searchParams, response);
      else await comeBack(request, url, response);
    },
  };

  async function begin(request: IncomingMessage, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const sessionUri = query.get('request_uri') ?? '';
    const id = sessionId(sessionUri);
    const before = findSession(store, now(), id);
    const provider = before && providerOf(before);
    if (!provider) return sendConsentProblem(request, response, 'unknown');
    if (before.status !== 'STARTED') return sendConsentProblem(request, response, problemOfSession(before));
    let endpoints: Endpoints;
    try {
      endpoints = await emulator.oauth2.endpointsOf(provider);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      return sendConsentProblem(request, response, 'unreachable', { detail: `${provider.name}: ${error.message}` });
    }
    // Nothing is awaited between this look and the save: of two visits at once, one gets on.
    const session = findSession(store, now(), id);
    if (session?.status !== 'STARTED') return sendConsentProblem(request, response, problemOfSession(session));
    saveSession(store, id, { ...session, status: 'REDIRECTED' });
    const { codeVerifier, customParameters } = openSecrets(store, id, session);
    const target = new URL(endpoints.authorizationEndpoint);
    const parameters: [string, string][] = [
      ['response_type', 'code'],
      ['client_id', provider.config.clientId],
      ['redirect_uri', callbackUrl(emulator, provider)],
      ['state', sealState(store, `${id} ${sessionUri}`)],
      ['code_challenge', createHash('sha256').update(codeVerifier).digest('base64url')],
      ['code_challenge_method', 'S256'],
    ];
    if (session.scopes.length > 0) parameters.push(['scope', session.scopes.join(' ')]);
    for (const resource of session.resources) parameters.push(['resource', resource]);
    for (const audience of session.audiences) parameters.push(['audience', audience]);
    const own = new Set([...parameters.map(([name]) => name), 'scope', 'request', 'request_uri', 'response_mode']);
    for (const [name, value] of [...Object.entries(customParameters).filter(([name]) => !own.has(name)), ...parameters])
      target.searchParams.append(name, value);
    redirect(response, target);
  }

  async function comeBack(request: IncomingMessage, { pathname, searchParams: query }: URL, response: ServerResponse): Promise<void> {
    const state = query.get('state');
    if (state === null) {
      const missing = query.get('code') === null ? ['authorizationCode', 'state'] : ['state'];
      return sendConsentProblem(request, response, 'noAnswer', { missing });
    }
    const [id = '', sessionUri = ''] = (openState(store, state) ?? '').split(' ');
    const session = findSession(store, now(), id);
    const provider = session && providerOf(session);
    if (!provider || provider.uuid !== pathname.slice(CALLBACK.length)) return sendConsentProblem(request, response, 'foreignAnswer');
    if (session.status !== 'REDIRECTED') return sendConsentProblem(request, response, problemOfSession(session));
    const back = new URL(session.returnUrl);
    const secrets = openSecrets(store, id, session);
    back.searchParams.set('session_id', sessionUri);
    if (secrets.customState !== undefined) back.searchParams.set('state', secrets.customState);
    const problem = await problemOf(query, provider);
    // Awaited since: a second answer may have come.
    const current = findSession(store, now(), id);
    if (current?.status !== 'REDIRECTED') return sendConsentProblem(request, response, problemOfSession(current));
    if (problem !== undefined) {
      saveSession(store, id, { ...session, status: 'FAILED', failure: problem === 'access_denied' ? 'denied' : 'vendor' });
      back.searchParams.set('error', problem);
    } else {
      const sealed = sealSecrets(store, id, { ...secrets, code: query.get('code')! });
      saveSession(store, id, { ...session, status: 'CONSENTED', sealed });
    }
    redirect(response, back);
  }

  function providerOf(session: AuthorizationSession): Oauth2ProviderItem | undefined {
    const provider = findOauth2Provider(store, session, session.providerName);
    return provider?.uuid === session.providerUuid ? provider : undefined;
  }

  /** Why the vendor's answer brings no code: its own error, or the answer is not its own (RFC 9207). */
  async function problemOf(query: URLSearchParams, provider: Oauth2ProviderItem): Promise<string | undefined> {
    const error = query.get('error');
    if (error !== null) return error;
    try {
      const { sendsIssuer, issuer } = await emulator.oauth2.endpointsOf(provider);
      if (sendsIssuer && query.get('iss') !== issuer) return 'server_error';
    } catch (cause) {
      if (!(cause instanceof VendorError)) throw cause;
      return 'temporarily_unavailable';
    }
    return query.get('code') === null ? 'server_error' : undefined;
  }
}

function redirect(response: ServerResponse, target: URL): void {
  response.writeHead(302, { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'content-length': 0 });
  response.end();
}
