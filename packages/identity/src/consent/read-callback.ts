import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ConsentPage } from './consent-page.ts';

/** What a request to the callback is: a session to bind, a consent that was not given, or nothing that concerns it. */
export type Callback =
  | { kind: 'session'; sessionUri: string }
  | { kind: 'failed' }
  | { kind: 'refused'; status: number; page: ConsentPage };

/** Reads the browser's request. AgentCore sends the session's URI as `session_id` and the application's own state as `state`. */
export function readCallback({ method, url = '/', headers }: IncomingMessage, { path, state }: { path: string; state: string }): Callback {
  // A page that has its own name resolve to 127.0.0.1 is stopped by the name that it sends.
  if (!/^(?:127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '')) return { kind: 'refused', status: 421, page: 'unknown' };
  if (!URL.canParse(url, 'http://callback')) return { kind: 'refused', status: 400, page: 'unknown' };
  const { pathname, searchParams } = new URL(url, 'http://callback');
  if (pathname !== path) return { kind: 'refused', status: 404, page: 'unknown' };
  if (method !== 'GET') return { kind: 'refused', status: 405, page: 'unknown' };
  if (!equal(searchParams.get('state') ?? '', state)) return { kind: 'refused', status: 403, page: 'forged' };
  const sessionUri = searchParams.get('session_id');
  return sessionUri === null || sessionUri === '' ? { kind: 'failed' } : { kind: 'session', sessionUri };
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
