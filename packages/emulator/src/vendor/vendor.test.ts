import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { createTestBrowser } from '../test/browser.ts';
import { oauth2Fixture, RETURN_URL } from '../test/oauth2-fixture.ts';

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let endpoints: Record<string, string>;
const faults: unknown[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, onFault: (error) => faults.push(error) });
  oauth2 = oauth2Fixture(emulator);
  endpoints = await oauth2.discover();
});
afterAll(() => emulator.stop());

const signIn = (user: string, scope = 'notes:read') => oauth2.signIn(user, { resource: emulator.vendor.apiUrl, scope });
const authorize = (more: Record<string, string>) =>
  `${endpoints['authorization_endpoint']}?${new URLSearchParams({ response_type: 'code', client_id: emulator.vendor.clientId, redirect_uri: RETURN_URL, scope: 'notes:read', ...more })}`;
const browser = () => createTestBrowser({ stopAt: RETURN_URL });

describe('the authorization server', () => {
  test('says of itself what clients need, and signs what it issues', async () => {
    expect(endpoints).toMatchObject({
      issuer: `${emulator.endpoint}/_vendor`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: expect.arrayContaining(['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange']),
    });
    const { access_token: accessToken, id_token: idToken } = await signIn('ann', 'openid profile notes:read');
    const keys = createRemoteJWKSet(new URL(endpoints['jwks_uri']!));
    const options = { issuer: endpoints['issuer']! };
    expect((await jwtVerify(accessToken!, keys, { ...options, audience: emulator.vendor.apiUrl, typ: 'at+jwt' })).payload).toMatchObject({
      sub: 'ann',
      client_id: emulator.vendor.clientId,
      scope: 'notes:read',
    });
    expect((await jwtVerify(idToken!, keys, { ...options, audience: emulator.vendor.clientId })).payload.sub).toBe('ann');
  });

  test('wants PKCE, and sends nobody off this machine', async () => {
    const code = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
    expect((await browser().open(authorize({}))).url).toContain('error=invalid_request');
    const elsewhere = await browser().open(authorize({ ...code, redirect_uri: 'https://evil.example/' }));
    expect(elsewhere).toMatchObject({ status: 400, text: expect.stringContaining('invalid_redirect_uri') });
    expect((await browser().open(authorize({ ...code, redirect_uri: 'http://localhost.evil.example/' }))).status).toBe(400);
  });

  test('asks who it is, then whether it may, every time', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const url = authorize({ code_challenge, code_challenge_method: 'S256', scope: 'notes:read repo <b>' });
    const visitor = browser();
    const login = await visitor.open(url);
    expect(login.text).toContain('<h1>Sign in</h1>');
    const wrong = await visitor.submit(login, { action: 'login', username: '"><script>', password: 'x' });
    expect(wrong).toMatchObject({ status: 401, text: expect.stringContaining('role="alert"') });
    expect(wrong.text).not.toContain('<script>');
    const question = await visitor.submit(login, { action: 'login', username: 'ann', password: 'ann' });
    expect(question.text).toContain('Read your notes <code>notes:read</code>');
    expect(question.text).toContain('<code>&lt;b&gt;</code>');
    expect(question.text).toContain('signed in as ann');
    expect(new URL((await visitor.submit(question, { action: 'allow' })).url).searchParams.get('code')).toBeTypeOf('string');
    // Signed in still, but a permission is for one request.
    const again = await visitor.open(url);
    expect(again.text).toContain('<h1>Allow access?</h1>');
    expect((await visitor.submit(again, { action: 'deny' })).url).toContain('error=access_denied');
  });

  test('lets somebody else sign in when the wrong user is signed in', async () => {
    const visitor = browser();
    const url = authorize({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
    const login = await visitor.open(url);
    const question = await visitor.submit(login, { action: 'login', username: 'ann', password: 'ann' });
    const again = await visitor.submit(question, { action: 'switch' });
    // The server first ends the session of the other user, with a form that a browser posts by itself.
    const ending = await visitor.submit(again, { action: 'login', username: 'bob', password: 'bob' });
    const [, action = ''] = /action="([^"]+)"/.exec(ending.text) ?? [];
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(ending.text) ?? [];
    const other = await visitor.submit({ ...ending, url: action }, { xsrf, logout: 'yes' });
    expect(other.text).toContain('signed in as bob');
  });

  test('a page of another application cannot answer for the user', async () => {
    const code = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
    const login = await browser().open(authorize(code));
    const stranger = await browser().submit(login, { action: 'login', username: 'ann', password: 'ann' });
    expect(stranger).toMatchObject({ status: 400, text: expect.stringContaining('No sign-in is in progress') });
    const foreign = await fetch(login.url, { method: 'POST', headers: { origin: 'https://evil.example' }, body: 'action=deny' });
    expect(foreign.status).toBe(403);
    // Another port of this machine is another application, but its forms carry the user's cookies.
    const visitor = browser();
    const page = await visitor.open(authorize(code));
    const neighbour = await visitor.submit(page, { action: 'login', username: 'ann', password: 'ann' }, 'http://127.0.0.1:9');
    expect(neighbour).toMatchObject({ status: 403, text: expect.stringContaining('page of another site') });
    expect((await visitor.submit(page, { action: 'login', username: 'ann', password: 'ann' })).text).toContain('Allow access?');
  });

  test('a refresh token is good until it is revoked, and what it stood for ends with it', async () => {
    const { refresh_token: refresh, access_token: first } = await signIn('bob');
    const renewed = await oauth2.token(endpoints['token_endpoint']!, { grant_type: 'refresh_token', refresh_token: refresh! });
    expect(await oauth2.callApi(renewed['access_token'])).toMatchObject({ status: 200, body: { owner: 'bob' } });
    await oauth2.token(endpoints['revocation_endpoint']!, { token: renewed['refresh_token'] ?? refresh! });
    expect(await oauth2.token(endpoints['token_endpoint']!, { grant_type: 'refresh_token', refresh_token: refresh! })).toMatchObject({
      error: 'invalid_grant',
    });
    for (const token of [first, renewed['access_token']]) expect((await oauth2.callApi(token)).status).toBe(401);
  });

  test('a client that registers itself is held to its own redirect URI', async () => {
    const response = await fetch(endpoints['registration_endpoint']!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Mine', redirect_uris: [`${RETURN_URL}/mine`] }),
    });
    expect(response.status).toBe(201);
    const { client_id } = (await response.json()) as { client_id: string };
    const code = { client_id, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
    expect((await browser().open(authorize(code))).status).toBe(400);
    expect((await browser().open(authorize({ ...code, redirect_uri: `${RETURN_URL}/mine` }))).text).toContain('<h1>Sign in</h1>');
  });
});

describe('the notes API', () => {
  test('keeps the notes of each user apart', async () => {
    const both = 'notes:read notes:write';
    const [ann, bob] = (await Promise.all([signIn('ann', both), signIn('bob', both)])).map((answer) => answer['access_token']);
    expect((await oauth2.callApi(ann, { method: 'POST', body: '{"text":"Only mine"}' })).status).toBe(201);
    expect((await oauth2.callApi(ann)).body.notes).toContain('Only mine');
    expect((await oauth2.callApi(bob)).body.notes).not.toContain('Only mine');
    for (const body of ['', '{}', '[]', 'null', '{"text":1}'])
      expect((await oauth2.callApi(bob, { method: 'POST', body })).status).toBe(400);
  });

  test('answers as RFC 6750 has it to no token, a bad one, an ID token and one without the scope', async () => {
    expect(await oauth2.callApi(undefined)).toMatchObject({ status: 401, challenge: 'Bearer realm="notes"' });
    const { id_token: idToken } = await signIn('ann', 'openid notes:read');
    for (const token of ['x', 'a.b.c', idToken]) expect((await oauth2.callApi(token)).challenge).toContain('error="invalid_token"');
    const { access_token: writer } = await signIn('ann', 'notes:write');
    expect(await oauth2.callApi(writer)).toMatchObject({ status: 403, challenge: expect.stringContaining('scope="notes:read"') });
    expect((await oauth2.callApi(writer, { method: 'DELETE' })).status).toBe(405);
  });

  test('refuses a token that has expired', async () => {
    const { access_token: token } = await signIn('ann');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    try {
      expect((await oauth2.callApi(token)).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('the account page shows what was allowed, and signs out', async () => {
  const url = `${emulator.endpoint}/_vendor/account`;
  const visitor = browser();
  expect((await visitor.open(url)).text).toContain('not signed in');
  await oauth2.consent(authorize({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }), 'ann', 'allow', visitor);
  const page = await visitor.open(url);
  expect(page.text).toContain('Read your notes');
  expect((await visitor.submit(page, { action: 'sign-out' }, 'http://localhost:1')).status).toBe(403);
  expect((await visitor.open(url)).text).toContain('signed in as ann');
  expect((await visitor.submit(page, { action: 'sign-out' })).text).toContain('signed out');
  expect((await visitor.open(url)).text).toContain('not signed in');
});

test('none of this was a fault of the server', () => {
  expect(faults).toEqual([]);
});

test('it costs nothing until it is used: starting the emulator loads neither the server nor the JWT library', async () => {
  const entry = new URL('../index.ts', import.meta.url).href;
  const script = `
    const { startEmulator } = await import(${JSON.stringify(entry)});
    const emulator = await startEmulator({ ephemeral: true });
    const { registerHooks } = await import('node:module');
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await fetch(emulator.vendor.discoveryUrl);
    await emulator.stop();
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  const loaded = (JSON.parse(stdout.trim().split('\n').at(-1)!) as string[]).join('\n');
  // Both are loaded by the first request, so neither was there before it.
  expect(loaded).toContain('/oidc-provider/lib/index.js');
  expect(loaded).toMatch(/\/jose\/dist\/[^\n]*index\.js/);
});
