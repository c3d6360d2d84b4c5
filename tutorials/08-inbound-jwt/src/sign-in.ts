import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LINK_MINUTES } from '@agentcore-tutorials/07-user-consent/show-to';
import type { VendorAccess } from '@agentcore-tutorials/harness';
import { IdentityError, sendCallbackPage } from '@agentcore-tutorials/identity';

export interface SignInOptions {
  vendor: VendorAccess;
  /** What the token is to be good for (RFC 8707). */
  resource: string;
  scope: string;
  /** Shows the user the vendor's page. */
  show: (link: string) => Promise<void>;
  signal: AbortSignal;
  /** How long to wait for the user. */
  timeoutMs?: number;
}

/**
 * What an application does to sign a user in: the authorization code flow with PKCE (RFC 7636), which comes back to an address on this machine
 * (RFC 8252). Answers the user's access token.
 */
export async function signIn({ vendor, resource, scope, show, signal, timeoutMs = LINK_MINUTES * 60_000 }: SignInOptions): Promise<string> {
  const { authorization_endpoint: authorize = '', token_endpoint: token = '' } = await getJson(vendor.discoveryUrl, { signal });
  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening', { signal });
    const redirect_uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/signed-in`;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: vendor.clientId,
      redirect_uri,
      scope,
      resource,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const [code] = await Promise.all([
      codeOfAnswer(server, state, { signal, deadline: AbortSignal.timeout(timeoutMs) }),
      show(`${authorize}?${query}`),
    ]);
    const { access_token: accessToken = '' } = await getJson(token, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${vendor.clientId}:${vendor.clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier }),
      signal,
    });
    return accessToken;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The code that the vendor's answer brings. The user sees how it went, and the caller gets the same as an error. */
async function codeOfAnswer(
  server: Server,
  state: string,
  { signal, deadline }: { signal: AbortSignal; deadline: AbortSignal },
): Promise<string> {
  const arrived = once(server, 'request', { signal: AbortSignal.any([signal, deadline]) });
  const [request, response] = (await arrived.catch((cause: unknown) => {
    throw deadline.aborted ? new IdentityError('CONSENT_TIMEOUT', 'Nobody signed in before the link expired.', { cause }) : cause;
  })) as [IncomingMessage, ServerResponse];
  const answer = new URL(request.url ?? '', 'http://127.0.0.1').searchParams;
  const code = answer.get('code');
  if (answer.get('state') !== state) {
    await sendCallbackPage(request, response, 'forged');
    throw new IdentityError('CALLBACK_FAILED', 'Nobody was signed in: the answer belongs to another request.');
  }
  if (code === null) {
    await sendCallbackPage(request, response, answer.get('error') === 'access_denied' ? 'denied' : 'vendorFailed');
    throw new IdentityError('AUTHORIZATION_FAILED', `Nobody was signed in: ${answer.get('error') ?? 'the vendor sent no code'}.`);
  }
  await sendCallbackPage(request, response, 'signedIn');
  return code;
}

async function getJson(url: string, init: RequestInit): Promise<Record<string, string>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`The vendor answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}
