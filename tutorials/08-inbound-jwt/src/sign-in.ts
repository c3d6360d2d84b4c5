import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VendorAccess } from '@agentcore-tutorials/harness';

export interface SignInOptions {
  vendor: VendorAccess;
  /** What the token is to be good for (RFC 8707). */
  resource: string;
  scope: string;
  /** Shows the user the vendor's page. */
  show: (link: string) => Promise<void>;
  signal: AbortSignal;
}

/**
 * What an application does to sign a user in: the authorization code flow with PKCE (RFC 7636), which comes back to an address on this machine
 * (RFC 8252). Answers the user's access token.
 */
export async function signIn({ vendor, resource, scope, show, signal }: SignInOptions): Promise<string> {
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
    const [said] = await Promise.all([queryOfNextRequest(server, signal), show(`${authorize}?${query}`)]);
    const code = said.get('code');
    if (code === null || said.get('state') !== state)
      throw new Error(`Nobody was signed in: ${said.get('error') ?? 'another answer came'}.`);
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

async function queryOfNextRequest(server: Server, signal: AbortSignal): Promise<URLSearchParams> {
  const [request, response] = (await once(server, 'request', { signal })) as [IncomingMessage, ServerResponse];
  response.setHeader('content-type', 'text/html').end('<title>Back at the application</title>You can close this page.');
  return new URL(request.url ?? '', 'http://127.0.0.1').searchParams;
}

async function getJson(url: string, init: RequestInit): Promise<Record<string, string>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`The vendor answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}
