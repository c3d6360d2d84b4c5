import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { serveConsentCallback, type ConsentCallbackOptions } from '../index.ts';
import { loopbackAws, type AwsFailure } from '../test/loopback-aws.ts';

const COMPLETE = '/identities/CompleteResourceTokenAuth';
const SESSION = 'urn:ietf:params:oauth:request_uri:session-1';

async function serve(options: ConsentCallbackOptions = {}) {
  const aws = await loopbackAws();
  aws.on(COMPLETE, () => ({}));
  const callback = await serveConsentCallback({ identity: aws.client(), user: { userId: 'ada' }, ...options });
  const comeBack = (parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${callback.url}?${new URLSearchParams(parameters)}`, { headers });
  return {
    aws,
    callback,
    comeBack,
    async [Symbol.asyncDispose]() {
      await callback.close();
      await aws[Symbol.asyncDispose]();
    },
  };
}

describe('the session-binding callback', () => {
  test('binds the session of the browser that comes back to the user who began it', async () => {
    await using served = await serve();
    const { callback, comeBack, aws } = served;
    const completed = callback.completed();
    const response = await comeBack({ session_id: SESSION, state: callback.consent.customState });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Consent given');
    await expect(completed).resolves.toBeUndefined();
    expect(aws.bodies(COMPLETE)).toEqual([{ sessionUri: SESSION, userIdentifier: { userId: 'ada' } }]);
  });

  test('offers what getToken needs, under the names that getToken has', async () => {
    const links: string[] = [];
    await using served = await serve({ onAuthUrl: (link) => links.push(link) });
    const { consent, url } = served.callback;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth2\/callback$/);
    expect(consent).toEqual({ callbackUrl: url, customState: expect.stringMatching(/^[\w-]{32}$/), onAuthUrl: expect.any(Function) });
    await consent.onAuthUrl('https://vendor/authorize');
    expect(links).toEqual(['https://vendor/authorize']);
  });

  test.each<[string, Record<string, string>, number]>([
    ['without a state', { session_id: SESSION }, 403],
    ['with another state', { session_id: SESSION, state: 'guessed' }, 403],
  ])('a request %s is refused and binds nothing', async (_name, parameters, status) => {
    await using served = await serve();
    const response = await served.comeBack(parameters);
    expect(response.status).toBe(status);
    expect(served.aws.requests).toEqual([]);
  });

  test('other paths, other methods and other host names are refused', async () => {
    await using served = await serve();
    const { callback } = served;
    const good = { session_id: SESSION, state: callback.consent.customState };
    expect((await fetch(`${callback.url}/else?${new URLSearchParams(good)}`)).status).toBe(404);
    expect((await fetch(`${callback.url}?${new URLSearchParams(good)}`, { method: 'POST' })).status).toBe(405);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${callback.url}?${new URLSearchParams(good)}`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
    expect(rebound).toBe(421);
    expect(served.aws.requests).toEqual([]);
  });

  test('no page repeats what the request says, and none may be cached, framed or run scripts', async () => {
    await using served = await serve();
    const response = await served.comeBack({ session_id: '<script>alert(1)</script>', state: '<script>' }, { accept: 'text/html' });
    expect(await response.text()).not.toContain('<script>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; .*form-action 'none'$/),
      'referrer-policy': 'no-referrer',
    });
  });

  test('a browser that comes back without a session is CALLBACK_FAILED', async () => {
    await using served = await serve();
    const { callback, comeBack } = served;
    const completed = Promise.allSettled([callback.completed()]);
    expect((await comeBack({ state: callback.consent.customState })).status).toBe(404);
    expect(await completed).toMatchObject([{ reason: { code: 'CALLBACK_FAILED' } }]);
  });

  // AgentCore sends the session together with the vendor's error.
  test.each([
    ['access_denied', 200, 'denied', 'The user denied access.'],
    ['server_error', 502, 'vendorFailed', 'The vendor answered server_error'],
    ['\u001b[31mred', 502, 'vendorFailed', 'The vendor answered an unknown error'],
  ])('the answer %j is AUTHORIZATION_FAILED, and asks AWS nothing', async (answer, status, result, message) => {
    await using served = await serve();
    const { callback, comeBack, aws } = served;
    const completed = Promise.allSettled([callback.completed()]);
    const response = await comeBack({ session_id: SESSION, error: answer, state: callback.consent.customState });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ result });
    expect(await completed).toMatchObject([{ reason: { code: 'AUTHORIZATION_FAILED', message: expect.stringContaining(message) } }]);
    expect(aws.requests).toEqual([]);
  });

  test.each<[AwsFailure, number, string, string]>([
    [{ errorType: 'UnauthorizedException', status: 401, message: 'The session belongs to another user' }, 403, 'otherUser', 'UNAUTHORIZED'],
    [
      { errorType: 'AccessDeniedException', status: 403, message: 'Invalid or expired session' },
      410,
      'notAccepted',
      'AUTHORIZATION_FAILED',
    ],
    [{ errorType: 'ResourceNotFoundException', status: 404, message: 'There is no session' }, 410, 'expired', 'NOT_FOUND'],
    [
      {
        errorType: 'ValidationException',
        status: 400,
        message: 'The session has expired',
        fieldList: [{ name: 'sessionUri', message: 'x' }],
      },
      410,
      'expired',
      'INVALID_ARGUMENT',
    ],
    [{ errorType: 'ValidationException', status: 400, message: 'The vendor gave no token' }, 502, 'failed', 'INVALID_ARGUMENT'],
    [{ errorType: 'AccessDeniedException', status: 403, message: 'User: x is not authorized' }, 502, 'failed', 'ACCESS_DENIED'],
  ])('when AWS answers %j, the user sees %s %s and the caller gets %s', async (failure, status, result, code) => {
    await using served = await serve();
    const { callback, comeBack, aws } = served;
    aws.on(COMPLETE, () => failure);
    const completed = Promise.allSettled([callback.completed()]);
    const response = await comeBack({ session_id: SESSION, state: callback.consent.customState });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ result });
    expect(await completed).toMatchObject([{ reason: { code, operation: 'CompleteResourceTokenAuth' } }]);
  });

  test('a port that is taken is an error that says so, and closing frees it', async () => {
    await using served = await serve();
    const port = Number(new URL(served.callback.url).port);
    await expect(serveConsentCallback({ port })).rejects.toMatchObject({
      code: 'CALLBACK_FAILED',
      message: expect.stringContaining(String(port)),
    });
    await served.callback.close();
    await using again = await serveConsentCallback({ port });
    expect(again.url).toBe(served.callback.url);
  });

  test('whoever waits when it is closed, or gives up, is told', async () => {
    await using served = await serve();
    const closed = Promise.allSettled([served.callback.completed()]);
    await expect(served.callback.completed({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await served.callback.close();
    expect(await closed).toMatchObject([{ reason: { code: 'ABORTED' } }]);
  });

  test('with getToken: the link is shown, the browser comes back, the token is there', async () => {
    await using aws = await loopbackAws();
    let bound = false;
    aws.on(COMPLETE, () => ((bound = true), {}));
    aws.on('/identities/oauth2/token', ({ resourceOauth2ReturnUrl, customState }) =>
      bound
        ? { accessToken: 'at-1' }
        : {
            authorizationUrl: `${String(resourceOauth2ReturnUrl)}?${new URLSearchParams({ session_id: SESSION, state: String(customState) })}`,
            sessionUri: SESSION,
          },
    );
    const identity = aws.client();
    // A browser that consents at once: the vendor's page is not this test's business.
    await using callback = await serveConsentCallback({ identity, user: { userId: 'ada' }, onAuthUrl: (link) => void fetch(link) });
    const token = await identity.getToken({
      providerName: 'github',
      authFlow: 'USER_FEDERATION',
      workloadIdentityToken: 'wat',
      ...callback.consent,
      tokenPoller: async ({ ask }) => {
        await expect.poll(() => bound).toBe(true);
        return (await ask()) ?? '';
      },
    });
    expect(token).toBe('at-1');
  });
});
