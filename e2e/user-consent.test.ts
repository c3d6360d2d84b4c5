import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { IdentityClient, serveConsentCallback } from '@agentcore-tutorials/identity';
import { shellWord } from './support/shell-word.ts';
import { isSkippedWithout } from '../testing/is-skipped-without.ts';
import { newLearner, type Learner } from './support/learner.ts';

const CHROMIUM = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

const NO_CHROMIUM = 'There is no Chromium at $CHROMIUM_PATH, /usr/bin/chromium or /usr/bin/google-chrome.';

describe.skipIf(isSkippedWithout('chromium', () => (CHROMIUM === undefined ? NO_CHROMIUM : undefined)))('with a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterAll(() => browser?.close());

  test('07: Chromium signs in and allows, is not asked where the vault has a token, and changes accounts', async ({ onTestFinished }) => {
    const learner = newLearner();
    const seen: string[][] = [];
    const links = await serveLinks(learner, browser, async (page, nth) => seen.push(await consentAs(['ann', 'ann', 'bob'][nth]!, page)));
    // One that waits for a consent that will not come would outlive a time-out.
    const started = learner.startNpmStart(['07'], { TUTORIAL_BROWSER: links.program });
    onTestFinished(async () => {
      started.child.kill('SIGTERM');
      await started.ended;
      await links.close();
      learner.leave();
    });

    const { status, stdout, all } = await started.ended;
    expect(links.failures).toEqual([]);
    expect(status, all).toBe(0);
    expect(seen).toEqual([
      ['Sign in', 'Allow access?', 'Consent given'],
      ['Allow access?', 'Consent given'],
      ['Allow access?', 'Sign in', 'Allow access?', 'Consent given'],
    ]);
    // Each link is printed as well, whole and on a line of its own, with what is waited for.
    expect(stdout.match(/Waiting for (?:ann|bob) to answer in a browser\. The link is valid for 10 more minutes:/g)).toHaveLength(3);
    for (const link of links.opened) expect(stdout.split('\n').map((line) => line.replace(/^ *│ /, ''))).toContain(link);
    expect(stdout).toContain('✓ bob was asked, and got his own notes');
    expect(stdout).not.toContain('stand-in');
    expectNothingLeft(learner);
  });

  test('on a phone, in Korean: a denial, a used link and a consent each end in a page that says so', async ({ onTestFinished }) => {
    const emulator = await startEmulator({ ephemeral: true });
    const context = await browser.newContext({ locale: 'ko-KR', colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    onTestFinished(async () => {
      await context.close();
      await emulator.stop();
    });
    const { endpoint, region, accessKeyId, secretAccessKey, vendor } = emulator;
    const identity = new IdentityClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    const config = { oauthDiscovery: { discoveryUrl: vendor.discoveryUrl }, clientId: vendor.clientId, clientSecret: vendor.clientSecret };
    await identity.createOauth2CredentialProvider({ name: 'notes', vendor: 'CustomOauth2', config });

    const page = await context.newPage();
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    const expectPage = async (title: string) => {
      expect(await page.locator('h1').innerText()).toBe(title);
      expect(await page.evaluate('document.documentElement.scrollWidth'), title).toBeLessThanOrEqual(390);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor'), title).toBe('rgb(15, 19, 25)');
    };
    const press = (name: string) => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);

    let link = '';
    let answer: () => Promise<unknown> = async () => {};
    await using callback = await serveConsentCallback({
      identity,
      user: { userId: 'ann' },
      // The browser is awaited before the client polls, so that the outcome is there at its first question.
      async onAuthUrl(url) {
        link = url;
        await page.goto(url);
        await answer();
      },
    });
    await identity.createWorkloadIdentity({ name: 'agent', allowedResourceOauth2ReturnUrls: [callback.url] });
    const workloadIdentityToken = await identity.getWorkloadAccessToken({ workloadName: 'agent', userId: 'ann' });
    const getToken = () =>
      identity.getToken({
        providerName: 'notes',
        authFlow: 'USER_FEDERATION',
        scopes: ['notes:read'],
        workloadIdentityToken,
        ...callback.consent,
        tokenPoller: async ({ ask }) => (await ask()) ?? '',
      });

    answer = async () => {
      await expectPage('로그인');
      await page.getByLabel('사용자 이름').fill('ann');
      await page.getByLabel('비밀번호').fill('ann');
      await press('로그인');
      await expectPage('액세스를 허용하시겠습니까?');
      await press('거부');
      await expectPage('액세스를 거부했습니다');
    };
    await expect(getToken()).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED' });

    await page.goto(link);
    await expectPage('액세스가 거부되었습니다');

    answer = async () => {
      await expectPage('액세스를 허용하시겠습니까?');
      await press('허용');
      await expectPage('동의가 완료되었습니다');
    };
    expect(await getToken()).toMatch(/^eyJ/);

    await page.goto(link);
    await expectPage('이미 사용한 링크입니다');
    expect(refused).toEqual([]);
  });
});

/** Clicks as somebody would who wants to be `user`. Answers the headings of the pages on the way. */
async function consentAs(user: string, page: Page): Promise<string[]> {
  const headings: string[] = [];
  const press = (name: string) => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
  for (;;) {
    const heading = await page.locator('h1').innerText();
    headings.push(heading);
    if (heading === 'Sign in') {
      await page.getByLabel('User name').fill(user);
      await page.getByLabel('Password').fill(user);
      await press('Sign in');
    } else if (heading === 'Allow access?') {
      const isMe = await page.getByText(`You are signed in as ${user}.`).isVisible();
      await press(isMe ? 'Allow' : 'Use another account');
    } else return headings;
  }
}

/** A program for TUTORIAL_BROWSER, which hands each link over to a tab of the browser. The tabs share cookies, as a learner's do. */
async function serveLinks(learner: Learner, browser: Browser, visit: (page: Page, nth: number) => Promise<unknown>) {
  const context = await browser.newContext();
  const failures: unknown[] = [];
  const opened: string[] = [];
  const server = createServer(async (request, response) => {
    const link = Buffer.concat(await Array.fromAsync(request)).toString();
    const nth = opened.push(link) - 1;
    response.end();
    const page = await context.newPage();
    await page
      .goto(link)
      .then(() => visit(page, nth))
      .catch((error: unknown) => failures.push(error));
    await page.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = join(learner.home, 'browser');
  // The path to Node may have a space in it, which a line with #! cannot have.
  const fetching = `fetch('${url}', { method: 'POST', body: process.argv[1] })`;
  writeFileSync(program, `#!/bin/sh\nexec ${shellWord(process.execPath)} -e ${shellWord(fetching)} -- "$1"\n`, { mode: 0o755 });
  return {
    program,
    failures,
    opened,
    async close() {
      server.close();
      await context.close();
    },
  };
}

function expectNothingLeft(learner: Learner): void {
  expect(learner.processes()).toEqual([]);
  expect(readdirSync(learner.temporary)).toEqual([]);
}
