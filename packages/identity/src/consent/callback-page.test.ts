import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendCallbackPage, type CallbackResult } from '../index.ts';

const RESULTS: Record<CallbackResult, number> = {
  done: 200,
  signedIn: 200,
  denied: 200,
  otherUser: 403,
  expired: 410,
  notAccepted: 410,
  vendorFailed: 502,
  failed: 502,
  forged: 403,
  unknown: 404,
};

const server = createServer((request, response) => void sendCallbackPage(request, response, request.url!.slice(1) as CallbackResult));
let base: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describe.each(Object.entries(RESULTS))('%s', (result, status) => {
  test.each(['en', 'ko'])('is a page in %s for a browser, and a result for a program', async (language) => {
    const page = await fetch(`${base}/${result}`, { headers: { accept: 'text/html', 'accept-language': language } });
    const text = await page.text();
    expect(page.status).toBe(status);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain(`<html lang="${language}">`);
    expect(/[가-힣]/.test(text.replace(/<style>[^]*<\/style>/, ''))).toBe(language === 'ko');

    const answer = await fetch(`${base}/${result}`, { headers: { 'accept-language': language } });
    expect(answer.status).toBe(status);
    const { message, ...rest } = (await answer.json()) as { message: string };
    expect(rest).toEqual({ result });
    expect(text).toContain(`<h1>${message.split('. ')[0]}</h1>`);
  });
});

test('no two results read the same', async () => {
  for (const language of ['en', 'ko']) {
    const titles = await Promise.all(
      Object.keys(RESULTS).map(async (result) => {
        const page = await fetch(`${base}/${result}`, { headers: { accept: 'text/html', 'accept-language': language } });
        return /<h1>(.*)<\/h1>/.exec(await page.text())?.[1];
      }),
    );
    expect(new Set(titles).size).toBe(titles.length);
  }
});
