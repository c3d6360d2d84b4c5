import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn } from './sign-in.ts';

let url: string;
let form: URLSearchParams;
let authorization: string | undefined;
const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/discovery') {
    response.end(JSON.stringify({ authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` }));
    return;
  }
  authorization = request.headers.authorization;
  form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString());
  response.end('{"access_token":"token-of-ann"}');
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** What the user saw last at the application. */
let result: Promise<unknown>;

type Browse = (query: URLSearchParams, comeBack: (answer: Record<string, string>) => Promise<void>) => Promise<unknown>;

function signInBy(browse: Browse, more: { timeoutMs?: number } = {}) {
  const vendor = { discoveryUrl: `${url}/discovery`, clientId: 'app', clientSecret: 'secret', apiUrl: '', agentAudience: '' };
  return signIn({
    vendor,
    resource: 'https://agent.example',
    scope: 'agents:invoke',
    signal: new AbortController().signal,
    async show(link) {
      const query = new URL(link).searchParams;
      await browse(query, async (answer) => {
        result = fetch(`${query.get('redirect_uri')}?${new URLSearchParams(answer)}`).then(async (page) => {
          const { result: shown } = (await page.json()) as { result: string };
          return shown;
        });
        await result;
      });
    },
    ...more,
  });
}

test('the code is exchanged with the verifier of its challenge, for the resource that was asked for', async () => {
  let challenge: string | null = null;
  const token = await signInBy((query, comeBack) => {
    challenge = query.get('code_challenge');
    expect(Object.fromEntries(query)).toMatchObject({ resource: 'https://agent.example', scope: 'agents:invoke', client_id: 'app' });
    return comeBack({ code: 'the-code', state: query.get('state')! });
  });
  expect(token).toBe('token-of-ann');
  expect(await result).toBe('signedIn');
  expect(authorization).toBe(`Basic ${Buffer.from('app:secret').toString('base64')}`);
  expect(Object.fromEntries(form)).toMatchObject({ grant_type: 'authorization_code', code: 'the-code' });
  expect(createHash('sha256').update(form.get('code_verifier')!).digest('base64url')).toBe(challenge);
});

describe('nobody is signed in', () => {
  test('by an answer with another state', async () => {
    const signedIn = signInBy((_query, comeBack) => comeBack({ code: 'of-mallory', state: 'guessed' }));
    await expect(signedIn).rejects.toMatchObject({ code: 'CALLBACK_FAILED' });
    expect(await result).toBe('forged');
  });

  test.each([
    ['access_denied', 'denied'],
    ['server_error', 'vendorFailed'],
  ])('when the vendor answers %s', async (error, page) => {
    const signedIn = signInBy((query, comeBack) => comeBack({ error, state: query.get('state')! }));
    await expect(signedIn).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED', message: expect.stringContaining(error) });
    expect(await result).toBe(page);
  });

  test('when the user does not come back in time', async () => {
    await expect(signInBy(async () => {}, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'CONSENT_TIMEOUT' });
  });

  test('when the page cannot be shown: waiting for the browser ends', async () => {
    await expect(signInBy(() => Promise.reject(new Error('no browser')))).rejects.toThrow('no browser');
  });
});
