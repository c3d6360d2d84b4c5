import { fetchJson } from '../../../fetch-json.ts';
import type { Endpoints } from './create-oauth2.ts';
import { VendorError } from './vendor-error.ts';

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

export interface TokenAnswer {
  accessToken: string;
  refreshToken?: string;
  /** Seconds. */
  expiresIn?: number;
}

/**
 * Asks a token endpoint (RFC 6749, section 3.2), authenticated as the client.
 *
 * @throws VendorError with the server's own error code, `unreachable` or `invalid_response`. Neither secrets nor tokens are in its message.
 */
export async function requestToken(
  endpoints: Endpoints,
  { clientId, clientSecret }: ClientCredentials,
  parameters: readonly (readonly [string, string])[],
): Promise<TokenAnswer> {
  const form = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]));
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (endpoints.clientAuthentication === 'basic') {
    headers['authorization'] = `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const { status, body } = await fetchJson(endpoints.tokenEndpoint, { method: 'POST', headers, body: form }).catch((cause: unknown) => {
    throw new VendorError('unreachable', `${endpoints.tokenEndpoint} did not answer.`, { cause });
  });
  const error = body?.['error'];
  // Some vendors answer 200 with an error.
  if (typeof error === 'string') {
    const description = body?.['error_description'];
    throw new VendorError(error, `${error}${typeof description === 'string' ? ` (${description.slice(0, 300)})` : ''}`);
  }
  const accessToken = body?.['access_token'];
  if (status !== 200 || typeof accessToken !== 'string' || accessToken === '')
    throw new VendorError('invalid_response', `${endpoints.tokenEndpoint} answered ${status} without an access token.`);
  const refreshToken = body?.['refresh_token'];
  const expiresIn = Number(body?.['expires_in']);
  return {
    accessToken,
    ...(typeof refreshToken === 'string' ? { refreshToken } : {}),
    ...(body?.['expires_in'] !== undefined && expiresIn > 0 ? { expiresIn } : {}),
  };
}

/** Credentials in a Basic header are form-encoded first (RFC 6749, section 2.3.1). */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
