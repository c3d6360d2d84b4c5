import { DeployError } from '../errors.ts';
import { sendStream } from './send-stream.ts';

interface FollowOptions {
  method: string;
  headers: Record<string, string>;
  body?: () => Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * `fetch` that follows redirects itself. Registries send blob downloads on to storage under another host with a signature
 * in the URL: our `Authorization` must not go there (it would leak, and S3 refuses a request that has both).
 */
export async function fetchFollowing(start: URL, { method, headers, body, signal }: FollowOptions): Promise<Response> {
  let url = start;
  let sent = headers;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const content = body?.();
    const streamed = content !== undefined && !(content instanceof Uint8Array);
    const abort = signal ? { signal } : {};
    const response = streamed
      ? await sendStream(url, { method, headers: sent, body: content, ...abort })
      : await fetch(url, { method, headers: sent, redirect: 'manual', ...(content ? { body: content } : {}), ...abort });
    const location = response.headers.get('location');
    if (!redirects.has(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new DeployError(
        'REGISTRY',
        `${url.host} redirects ${method} to ${next.protocol}//${next.host}, which is not encrypted. Refused.`,
      );
    }
    if (next.origin !== url.origin) {
      const { authorization: _dropped, ...others } = sent;
      sent = others;
    }
    url = next;
  }
  throw new DeployError('REGISTRY', `${start.host} redirected ${method} more than ${mostRedirects} times.`);
}
