// `emulator` and `identity` each have this file: neither may import the other, and both are published. `npx pnpm checks` keeps the copies equal.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

export type Language = 'en' | 'ko';

export interface Page {
  language: Language;
  /** Who shows the page, so that a user knows whom they are talking to. */
  site: string;
  title: string;
  /** The outcome that the page reports; absent when it asks something. */
  outcome?: 'success' | 'failure' | 'neutral';
  content: Html;
}

/** Markup in which every value has been escaped. */
export interface Html {
  readonly markup: string;
}

/** Builds markup from a template. A string is escaped; only the result of another `html` is inserted as it is. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const pieces = values.map((value) => [value].flat().map((piece) => (typeof piece === 'string' ? escapeHtml(piece) : piece.markup)));
  return { markup: strings.map((text, index) => text + (pieces[index]?.join('') ?? '')).join('') };
}

/** The language that Accept-Language prefers of the two; English when it names neither. */
export function languageOf({ 'accept-language': header = '' }: IncomingHttpHeaders): Language {
  return preferences(header)
    .find((tag) => /^(?:en|ko)(?:-|$)/.test(tag))
    ?.startsWith('ko')
    ? 'ko'
    : 'en';
}

/** Whether Accept names HTML, as a browser's does. A program that accepts anything gets JSON. */
export function acceptsHtml({ accept = '' }: IncomingHttpHeaders): boolean {
  return preferences(accept).find((type) => type === 'text/html' || type === 'application/json') === 'text/html';
}

export function renderPage({ language, site, title, outcome, content }: Page): string {
  const mark = { success: '✓', failure: '!', neutral: '–' };
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="site">${escapeHtml(site)}</p>
${outcome ? `<p class="mark ${outcome}" aria-hidden="true">${mark[outcome]}</p>\n` : ''}<h1>${escapeHtml(title)}</h1>
${content.markup}
</main>
</body>
</html>
`;
}

/** Headers that keep a page out of caches and frames, and let it load nothing. */
export function pageHeaders(body: string): Record<string, string> {
  const hasForm = body.includes('<form');
  const policy = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    // A browser also applies form-action to the redirects after a form, and these lead to the application.
    'content-security-policy': hasForm ? policy : `${policy}; form-action 'none'`,
    // With no-referrer a browser sends `Origin: null` with a form, which would be rejected as foreign.
    'referrer-policy': hasForm ? 'same-origin' : 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

export function sendPage(response: ServerResponse, status: number, page: Page): void {
  const body = renderPage(page);
  response.writeHead(status, pageHeaders(body)).end(body);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** The members of a header such as Accept that are not refused with `q=0`, in lower case, the preferred ones first. */
function preferences(header: string): string[] {
  return header
    .toLowerCase()
    .split(',')
    .map((member) => {
      const [name = '', ...parameters] = member.split(';').map((part) => part.trim());
      return { name, weight: Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ name }) => name);
}

const STYLE = `:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--text:#16191f;--soft:#545b66;--line:#d9dde3;--field:#6b7280;--accent:#0b57c2;--on-accent:#fff;--success:#17703a;--failure:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#0f1319;--card:#1a2029;--text:#e8ebf0;--soft:#a8b0bd;--line:#333c4a;--field:#8a94a6;--accent:#8ab8ff;--on-accent:#0b1626;--success:#6ddb92;--failure:#ff9b92}}
*{box-sizing:border-box}
body{margin:0;min-height:100svh;display:grid;place-items:start center;padding:clamp(1rem,8vh,6rem) 1rem 1rem;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",sans-serif;overflow-wrap:anywhere}
:lang(ko){word-break:keep-all}
main{width:100%;max-width:28rem;padding:1.75rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.3}
p,ul,dl{margin:0 0 1rem}
main>:last-child,form>:last-child{margin-bottom:0}
.site{font-size:.875rem;color:var(--soft)}
.mark{display:grid;place-items:center;width:2.75rem;height:2.75rem;border:2px solid;border-radius:50%;font-size:1.375rem;font-weight:700;line-height:1;color:var(--soft)}
.success{color:var(--success)}.failure,.error{color:var(--failure)}
ul{padding-left:1.25rem}li{margin:.25rem 0}li p{margin-bottom:.5rem}li form{margin-bottom:1rem}
code{padding:.05rem .3rem;border:1px solid var(--line);border-radius:.25rem;font:.875em/1.4 ui-monospace,monospace;color:var(--soft)}
p>code:only-child{display:block;padding:.5rem .75rem}
label{display:block;margin-bottom:1rem;font-weight:600}
input{display:block;width:100%;margin-top:.25rem;padding:.6rem .75rem;border:1px solid var(--field);border-radius:.4rem;background:var(--card);color:var(--text);font:inherit;font-weight:400}
.actions{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 8rem;min-height:2.75rem;padding:.5rem;border:1px solid var(--field);border-radius:.4rem;background:transparent;color:var(--text);font:inherit;font-weight:600;cursor:pointer}
.primary{border-color:var(--accent);background:var(--accent);color:var(--on-accent)}
.wide{flex-basis:100%}
button:hover{text-decoration:underline}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
