import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/**
 * The headers of a request, with one value where the same was sent twice. Node joins such a pair to `a, a`; botocore sends one when an event
 * handler that adds a header was registered twice, as the Python starter toolkit does from its second invocation on.
 */
export function foldHeaders({ headers, headersDistinct, rawHeaders }: IncomingMessage): IncomingHttpHeaders {
  if (Object.keys(headers).length * 2 === rawHeaders.length) return headers;
  const folded = { ...headers };
  for (const [name, values = []] of Object.entries(headersDistinct))
    if (values.length > 1 && typeof headers[name] === 'string' && new Set(values).size === 1) folded[name] = values[0];
  return folded;
}
