import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { listen } from '../../../listen.ts';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  oauth2 = oauth2Fixture(emulator);
  await Promise.all([oauth2.createProvider('notes'), oauth2.createWorkload('agent')]);
});
afterAll(() => emulator.stop());
afterEach(() => void vi.useRealTimers());

const ask = async (more: object = {}) => (await oauth2.ask(await oauth2.tokenFor('agent', 'ann'), more)) as Required<Asked>;
interface Asked {
  authorizationUrl: string;
  sessionUri: string;
}

/** A link, or the address of the callback, that leads no further. */
const LINKS: Record<string, () => Promise<string>> = {
  async unknown() {
    return `${emulator.endpoint}/identities/oauth2/authorize?request_uri=urn:ietf:params:oauth:request_uri:none`;
  },
  async opened() {
    const { authorizationUrl } = await ask();
    await fetch(authorizationUrl, { redirect: 'manual' });
    return authorizationUrl;
  },
  async given() {
    const { authorizationUrl, sessionUri } = await ask();
    await oauth2.consent(authorizationUrl, 'ann');
    await oauth2.complete(sessionUri, { userId: 'ann' });
    return authorizationUrl;
  },
  async denied() {
    const { authorizationUrl } = await ask({ forceAuthentication: true });
    await oauth2.consent(authorizationUrl, 'ann', 'deny');
    return authorizationUrl;
  },
  async otherUser() {
    const { authorizationUrl, sessionUri } = await ask({ forceAuthentication: true });
    await oauth2.consent(authorizationUrl, 'ann');
    await failureOf(oauth2.complete(sessionUri, { userId: 'bob' }));
    return authorizationUrl;
  },
  async vendor() {
    const { authorizationUrl } = await ask({ forceAuthentication: true });
    const target = new URL((await fetch(authorizationUrl, { redirect: 'manual' })).headers.get('location')!).searchParams;
    const answer = new URLSearchParams({ error: 'server_error', state: target.get('state')! });
    await fetch(`${target.get('redirect_uri')}?${answer}`, { redirect: 'manual' });
    return authorizationUrl;
  },
  async expired() {
    const { authorizationUrl } = await ask({ forceAuthentication: true });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    return authorizationUrl;
  },
  async unreachable() {
    const server = await listen(0, async (_request, response) => void response.writeHead(503).end());
    const name = `down-${server.port}`;
    await oauth2.createProvider(name, {
      oauthDiscovery: { discoveryUrl: `http://127.0.0.1:${server.port}/.well-known/openid-configuration` },
    });
    await server.close();
    return (await ask({ resourceCredentialProviderName: name })).authorizationUrl;
  },
  async noAnswer() {
    return `${emulator.endpoint}/identities/oauth2/callback/none`;
  },
  async foreignAnswer() {
    return `${emulator.endpoint}/identities/oauth2/callback/none?code=x&state=forged`;
  },
};

const EXPECTED: Record<string, { en: string; ko: string; message: string }> = {
  unknown: { en: 'This link is not valid', ko: '올바르지 않은 링크입니다', message: 'Invalid or expired session' },
  opened: { en: 'This link was already opened', ko: '이미 연 링크입니다', message: 'Invalid or expired session' },
  given: { en: 'This link was already used', ko: '이미 사용한 링크입니다', message: 'Invalid or expired session' },
  denied: { en: 'Access was denied', ko: '액세스가 거부되었습니다', message: 'Invalid or expired session' },
  otherUser: { en: 'This consent belongs to another user', ko: '다른 사용자의 동의입니다', message: 'Invalid or expired session' },
  vendor: { en: 'The vendor reported an error', ko: '벤더에서 오류가 발생했습니다', message: 'Invalid or expired session' },
  expired: { en: 'This link has expired', ko: '만료된 링크입니다', message: 'Invalid or expired session' },
  unreachable: { en: 'The vendor cannot be reached', ko: '벤더에 연결할 수 없습니다', message: 'Failed to retrieve token' },
  noAnswer: {
    en: 'Nothing to see here',
    ko: '표시할 내용이 없습니다',
    message:
      "2 validation errors detected: Value at 'authorizationCode' failed to satisfy constraint: Member must not be null; Value at 'state' failed to satisfy constraint: Member must not be null",
  },
  foreignAnswer: { en: 'This answer was not requested', ko: '요청한 적이 없는 답입니다', message: 'Failed to retrieve token' },
};

test.each(Object.keys(LINKS))('%s: a browser gets a page in its language, a program the error body of AWS', async (problem) => {
  const link = await LINKS[problem]!();
  const { en, ko, message } = EXPECTED[problem]!;
  for (const [language, title] of [
    ['en', en],
    ['ko', ko],
  ] as const) {
    const page = await fetch(link, { redirect: 'manual', headers: { accept: 'text/html', 'accept-language': language } });
    const text = await page.text();
    expect(page.status).toBe(400);
    expect(text).toContain(`<html lang="${language}">`);
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(text).not.toMatch(/request_uri|forged/);
  }
  const answer = await fetch(link, { redirect: 'manual' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-errortype')).toBe('ValidationException');
  expect(await answer.json()).toEqual({ message, fieldList: null, reason: null });
});

test('every problem has a title of its own, in both languages', () => {
  for (const language of ['en', 'ko'] as const)
    expect(new Set(Object.values(EXPECTED).map((texts) => texts[language])).size).toBe(Object.keys(LINKS).length);
});

test('a link that met an unreachable vendor still works afterwards', async () => {
  let isUp = false;
  const server = await listen(0, async (_request, response) => {
    if (isUp) response.end(JSON.stringify(await oauth2.discover()));
    else response.writeHead(503).end();
  });
  try {
    await oauth2.createProvider('flaky', {
      oauthDiscovery: { discoveryUrl: `http://127.0.0.1:${server.port}/.well-known/openid-configuration` },
    });
    const { authorizationUrl } = await ask({ resourceCredentialProviderName: 'flaky' });
    expect((await fetch(authorizationUrl, { redirect: 'manual' })).status).toBe(400);
    isUp = true;
    expect((await fetch(authorizationUrl, { redirect: 'manual' })).status).toBe(302);
  } finally {
    await server.close();
  }
});
