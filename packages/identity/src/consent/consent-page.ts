import type { ServerResponse } from 'node:http';

// Fixed texts: nothing of the request is repeated in a page.
const PAGES = {
  done: ['Consent given', 'You can close this window and go back to the agent.'],
  failed: ['The consent was not completed', 'Go back to the agent: it says what went wrong.'],
  forged: ['This link was not asked for', 'It does not carry the state of a request that the agent has made. Begin again from the agent.'],
  unknown: ['Nothing here', 'This address only takes the answer to a request for consent.'],
} as const;

export type ConsentPage = keyof typeof PAGES;

/** Ends the response with one of the pages that a user sees after consenting. */
export function sendPage(response: ServerResponse, status: number, page: ConsentPage): void {
  const [title, text] = PAGES[page];
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    // The address holds the session and the state.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(html);
}
