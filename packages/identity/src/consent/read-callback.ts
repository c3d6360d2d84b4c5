import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallbackResult } from './callback-page.ts';

/** What a request to the callback is: a session to bind, an error of the vendor, or nothing that concerns it. */
export type Callback =
  | { kind: 'session'; sessionUri: string }
  | { kind: 'error'; error: string }
  | { kind: 'incomplete' }
  | { kind: 'refused'; status: number; result: CallbackResult };

/**
 * Reads the browser's request. AgentCore sends the session's URI as `session_id`, the application's own state as `state` and, when there is no
 * consent, the vendor's error as `error` (RFC 6749, section 4.1.2.1).
 */
export function readCallback({ method, url = '/', headers }: IncomingMessage, { path, state }: { path: string; state: string }): Callback {
  // A page that has its own name resolve to 127.0.0.1 is stopped by the name that it sends.
  if (!/^(?:127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '')) return { kind: 'refused', status: 421, result: 'unknown' };
  if (!URL.canParse(url, 'http://callback')) return { kind: 'refused', status: 400, result: 'unknown' };
  const { pathname, searchParams } = new URL(url, 'http://callback');
  if (pathname !== path) return { kind: 'refused', status: 404, result: 'unknown' };
  if (method !== 'GET') return { kind: 'refused', status: 405, result: 'unknown' };
  if (!equal(searchParams.get('state') ?? '', state)) return { kind: 'refused', status: 403, result: 'forged' };
  const error = searchParams.get('error');
  if (error !== null) return { kind: 'error', error };
  const sessionUri = searchParams.get('session_id');
  return sessionUri === null || sessionUri === '' ? { kind: 'incomplete' } : { kind: 'session', sessionUri };
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
