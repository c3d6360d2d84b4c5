import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptsHtml, sendPage } from '../html/page.ts';
import { createVendorPages } from './vendor-pages.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';

const STATUS = { noSignIn: 400, foreignForm: 403 } as const;

/** Ends a request that the vendor's pages cannot serve: with a page, or with OAuth2's error body when the client does not ask for HTML. */
export function sendProblem({ headers }: IncomingMessage, response: ServerResponse, problem: keyof typeof STATUS): void {
  response.setHeader('vary', 'Accept, Accept-Language');
  if (acceptsHtml(headers)) {
    const pages = createVendorPages(headers);
    return sendPage(response, STATUS[problem], pages.failed(pages.texts[problem]));
  }
  // An error_description is ASCII (RFC 6749, section 5.2).
  const body = JSON.stringify({ error: 'invalid_request', error_description: VENDOR_TEXTS.en[problem] });
  response.writeHead(STATUS[problem], { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(body);
}
