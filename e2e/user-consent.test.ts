import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { shellWord } from '../packages/harness/src/shell-word.ts';
import { newLearner, type Learner } from './support/learner.ts';

const CHROMIUM = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

test('07 with a real browser: Chromium signs in and allows, asks nothing of whoever has allowed it, and changes accounts', async ({
  onTestFinished,
  skip,
}) => {
  skip(CHROMIUM === undefined, 'There is no Chromium: looked for $CHROMIUM_PATH, /usr/bin/chromium and /usr/bin/google-chrome.');
  const learner = newLearner();
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  const seen: string[][] = [];
  const links = await serveLinks(learner, browser, async (page, nth) => seen.push(await consentAs(['ann', 'ann', 'bob'][nth]!, page)));
  // One that waits for a consent that will not come would outlive a time-out.
  const started = learner.startNpmStart(['07'], { TUTORIAL_BROWSER: links.program });
  onTestFinished(async () => {
    started.child.kill('SIGTERM');
    await started.ended;
    links.close();
    await browser.close();
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
  expect(stdout).toContain('✓ bob was asked himself, and sees his notes and not hers');
  expect(stdout).not.toContain('stand-in');
  expectNothingLeft(learner);
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
  let opened = 0;
  const server = createServer(async (request, response) => {
    const nth = opened++;
    const link = Buffer.concat(await Array.fromAsync(request)).toString();
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
  return { program, failures, close: () => server.close() };
}

function expectNothingLeft(learner: Learner): void {
  expect(learner.processes()).toEqual([]);
  expect(readdirSync(learner.temporary)).toEqual([]);
}
