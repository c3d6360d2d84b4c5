import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { createTestBrowser } from '../test/browser.ts';
import { oauth2Fixture, RETURN_URL } from '../test/oauth2-fixture.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';

let emulator: Emulator;
let authorize: string;
let sessionEnd: string;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const endpoints = await oauth2Fixture(emulator).discover();
  authorize = endpoints['authorization_endpoint']!;
  sessionEnd = endpoints['end_session_endpoint']!;
});
afterAll(() => emulator.stop());

const link = (more: Record<string, string> = {}) =>
  `${authorize}?${new URLSearchParams({
    response_type: 'code',
    client_id: emulator.vendor.clientId,
    redirect_uri: RETURN_URL,
    scope: 'notes:read',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...more,
  })}`;

test.each(['en', 'ko'] as const)('the pages from sign-in to sign-out speak %s', async (language) => {
  const texts = VENDOR_TEXTS[language];
  const visitor = createTestBrowser({ stopAt: RETURN_URL, language });
  const seen: string[] = [];
  const expectPage = ({ text }: { text: string }, ...expected: string[]) => {
    seen.push(text);
    expect(text).toContain(`<html lang="${language}">`);
    for (const part of expected) expect(text).toContain(part);
  };

  const signIn = await visitor.open(link());
  expectPage(signIn, `<h1>${texts.signIn}</h1>`, texts.userName, texts.password);
  const wrong = await visitor.submit(signIn, { action: 'login', username: 'ann', password: 'wrong' });
  expectPage(wrong, `<p class="error" role="alert">${texts.wrongPassword}</p>`);
  const question = await visitor.submit(signIn, { action: 'login', username: 'ann', password: 'ann' });
  expectPage(question, `<h1>${texts.allowAccess}</h1>`, texts.scopes['notes:read']!, texts.signedInAs('ann'), texts.ownClient);
  await visitor.submit(question, { action: 'allow' });
  expectPage(await visitor.open(`${emulator.endpoint}/_vendor/account`), `<h1>${texts.account}</h1>`, texts.permissions);
  const end = await visitor.open(sessionEnd);
  expectPage(end, `<h1>${texts.signOut}</h1>`, texts.cancel);
  const [, action = ''] = /action="([^"]+)"/.exec(end.text) ?? [];
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(end.text) ?? [];
  expectPage(await visitor.submit({ ...end, url: action }, { xsrf, logout: 'yes' }), texts.signedOut);
  expectPage(await visitor.open(link({ redirect_uri: 'https://evil.example/' })), `<h1>${texts.failed}</h1>`, 'invalid_redirect_uri');
  for (const text of seen) expect(text).not.toMatch(/\b(?:src|href)=|@import|url\(|<script/);
});

test('a page of the authorization server has the headers of every other page', async () => {
  const page = await fetch(link({ redirect_uri: 'https://evil.example/' }), { headers: { accept: 'text/html' } });
  expect(page.status).toBe(400);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test.each(['en', 'ko'] as const)(
  'an address without a sign-in explains itself: a page in %s, or the error body of OAuth2',
  async (language) => {
    const address = `${emulator.endpoint}/_vendor/interaction/none`;
    const page = await fetch(address, { headers: { accept: 'text/html', 'accept-language': language } });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(VENDOR_TEXTS[language].noSignIn);
    const body = await fetch(address, { headers: { 'accept-language': language } });
    expect(body.status).toBe(400);
    expect(await body.json()).toEqual({ error: 'invalid_request', error_description: VENDOR_TEXTS.en.noSignIn });
  },
);

test('the back button after an answer leads to a page that explains, and answers nothing twice', async () => {
  const visitor = createTestBrowser({ stopAt: RETURN_URL });
  const signIn = await visitor.open(link());
  const question = await visitor.submit(signIn, { action: 'login', username: 'bob', password: 'bob' });
  await visitor.submit(question, { action: 'deny' });
  const again = await visitor.submit(question, { action: 'allow' });
  expect(again).toMatchObject({ status: 400, text: expect.stringContaining(VENDOR_TEXTS.en.noSignIn) });
});
