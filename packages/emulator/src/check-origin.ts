import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Says why a request must not be served, if it must not.
 *
 * A web page that a developer happens to visit can send requests to loopback, with a name of its own that it has rebound to 127.0.0.1. Such a
 * request carries that name as Host, or the page as Origin; neither is ever a loopback name.
 */
export function refuseForeign({ headers }: IncomingMessage): string | undefined {
  if (!LOOPBACK.test(headers.host ?? '')) return `The Host header '${(headers.host ?? '').slice(0, 200)}' is not a loopback name.`;
  const origin = headers.origin;
  if (origin !== undefined && !LOOPBACK.test(origin.replace(/^https?:\/\//i, '')))
    return `Requests of the web page ${origin.slice(0, 200)} are refused.`;
  return undefined;
}

/** Of what a request may have one only, as the others would be read by nobody here and by somebody on the way. */
const SINGLE = ['host', 'authorization'];

/** Says why nobody can tell what a request means, if nobody can: Node takes the first of two headers and says nothing of the second. */
export function refuseAmbiguous({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const twice = SINGLE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  return twice === undefined ? undefined : `The request has several ${twice} headers. Send one.`;
}
