import type { ServerResponse } from 'node:http';

/** A piece of a page: `html` is markup of ours, `text` is anybody's. */
export type Piece = { html: string } | { text: string };

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
label{display:block;margin:.75rem 0}input{display:block;font:inherit;padding:.4rem;width:100%;box-sizing:border-box;border:1px solid #595959}
button{font:inherit;padding:.5rem 1.25rem;margin:1rem .5rem 0 0;border:1px solid #1a1a1a;background:#fff;color:#1a1a1a}
button.primary{background:#0b4fb3;color:#fff;border-color:#0b4fb3}.error{color:#a30000}:focus-visible{outline:3px solid #0b4fb3;outline-offset:2px}`;

export function renderPage(title: string, pieces: readonly Piece[]): string {
  const body = pieces.map((piece) => ('html' in piece ? piece.html : `<p>${escapeHtml(piece.text)}</p>`)).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** No script, no frame around it, nothing from elsewhere. Forms may lead away: after consent the browser goes back to the application. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
    // With no-referrer a browser would send `Origin: null` with the page's forms, which is refused as foreign.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
