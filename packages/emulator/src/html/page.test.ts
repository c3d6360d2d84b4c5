import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { acceptsHtml, html, languageOf, pageHeaders, renderPage, type Page } from './page.ts';

test.each([
  [undefined, 'en'],
  ['*', 'en'],
  ['fr-FR,fr;q=0.9', 'en'],
  ['ko', 'ko'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
  ['en-US,en;q=0.9,ko;q=0.8', 'en'],
  ['en;q=0.5, KO-kr ; q=0.6', 'ko'],
  ['ko;q=0, de', 'en'],
  ['kok-IN', 'en'],
  ['ko;q=nonsense', 'en'],
])('Accept-Language %j chooses %s', (header, language) => {
  expect(languageOf(header === undefined ? {} : { 'accept-language': header })).toBe(language);
});

test.each([
  [undefined, false],
  ['*/*', false],
  ['application/json', false],
  ['application/json, text/html;q=0.5', false],
  ['text/html;q=0', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html', true],
])('Accept %j asks for HTML: %s', (header, expected) => {
  expect(acceptsHtml(header === undefined ? {} : { accept: header })).toBe(expected);
});

test('a template escapes strings, in text and in attributes, and nests markup', () => {
  const hostile = `<script>alert("1" & '2')</script>`;
  const escaped = '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;';
  expect(html`<p title="${hostile}">${[html`<b>${hostile}</b>`, html`<i>x</i>`]}</p>`.markup).toBe(
    `<p title="${escaped}"><b>${escaped}</b><i>x</i></p>`,
  );
});

const page: Page = { language: 'ko', site: '<site>', title: '<title>', outcome: 'success', content: html`<p>text</p>` };

test('a page escapes its title and site, names its language, and fits a phone', () => {
  const body = renderPage(page);
  expect(body).toContain('<html lang="ko">');
  expect(body).toContain('name="viewport" content="width=device-width, initial-scale=1"');
  expect(body).toContain('<title>&lt;title&gt;</title>');
  expect(body).toContain('<h1>&lt;title&gt;</h1>');
  expect(body).toContain('&lt;site&gt;');
  expect(body).toContain('prefers-color-scheme:dark');
});

test('the policy allows the style of the page and nothing else; only a form may lead elsewhere', () => {
  const body = renderPage(page);
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(body) ?? [];
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;
  expect(pageHeaders(body)).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'content-security-policy': `${policy}; form-action 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  const form = renderPage({ ...page, content: html`<form method="post"></form>` });
  expect(pageHeaders(form)).toMatchObject({ 'content-security-policy': policy, 'referrer-policy': 'same-origin' });
});
